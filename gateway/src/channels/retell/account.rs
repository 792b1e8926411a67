//! Whether Retell accepts our key.

use std::fmt;

use async_trait::async_trait;
use frontdesk_core::Fault;
use frontdesk_core::ports::outbox::SendError;
use secrecy::ExposeSecret;

use super::Config;
use crate::channels::call::Caller;
use crate::channels::{Check, Standing};

/// Asks Retell's API.
pub(super) struct Account {
    config: Config,
    caller: Caller,
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Account").finish_non_exhaustive()
    }
}

impl Account {
    pub(super) const fn new(config: Config, caller: Caller) -> Self {
        Self { config, caller }
    }
}

#[async_trait]
impl Check for Account {
    async fn check(&self) -> Result<Standing, SendError> {
        let base = self.config.api_base.trim_end_matches('/');
        let request = self
            .caller
            .get(&format!("{base}/get-concurrency"))
            .bearer_auth(self.config.api_key.expose_secret());
        let answer = self.caller.call(request).await?;
        match answer.status.as_u16() {
            200..=299 => Ok(Standing::default()),
            401 | 403 => Err(SendError::Permanent {
                reason: "Retell does not accept our key".to_owned(),
                fault: Some(Fault::Account),
            }),
            402 => Err(SendError::Permanent {
                reason: "our account at Retell has not paid".to_owned(),
                fault: Some(Fault::Account),
            }),
            429 => Err(answer.later("Retell asks to slow down (429)")),
            status if status >= 500 => Err(answer.later(format!("Retell is in trouble ({status})"))),
            status => Err(SendError::permanent(format!("Retell refused the question ({status})"))),
        }
    }
}
