//! What callers of the API changed, in the log that the console shows.

use frontdesk_core::ports::access::AuditEntry;
use frontdesk_core::ports::store;
use frontdesk_core::{TenantId, UserId};
use uuid::Uuid;

use super::Api;

/// Who the log names where the caller does not say in whose name a change is made.
const SOMEBODY: &str = "API";

impl Api {
    /// Writes down what a caller did: a key is no user, so it goes by the name it gives, which nobody has
    /// checked and the log marks as coming over the API.
    ///
    /// # Errors
    ///
    /// The database is away.
    pub(super) async fn audit(
        &self,
        by: Option<&str>,
        tenant: &TenantId,
        act: &str,
        subject: String,
    ) -> Result<(), store::Error> {
        let entry = AuditEntry {
            id: Uuid::now_v7(),
            at: self.clock.now(),
            tenant: Some(tenant.clone()),
            user: UserId(Uuid::nil()),
            email: by.map_or_else(|| SOMEBODY.to_owned(), |name| format!("{name} ({SOMEBODY})")),
            act: act.to_owned(),
            subject,
        };
        self.access.audit(&entry).await
    }
}
