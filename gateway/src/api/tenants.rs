//! The tenants of the installation.

use std::sync::Arc;

use axum::extract::State;
use frontdesk_core::ports::registry::TenantRow;
use serde::Serialize;
use utoipa::ToSchema;

use super::extract::Json;
use super::{Api, Caller, Error};

/// A tenant.
#[derive(Debug, Serialize, ToSchema)]
pub struct Tenant {
    /// Its short name.
    id: String,
    /// Grows with every change of the manifest.
    revision: u64,
    /// When it was added, RFC 3339.
    created_at: String,
    /// When it was last changed, RFC 3339.
    updated_at: String,
}

impl From<TenantRow> for Tenant {
    fn from(row: TenantRow) -> Self {
        Self {
            id: row.id.into(),
            revision: row.revision,
            created_at: row.created_at.to_string(),
            updated_at: row.updated_at.to_string(),
        }
    }
}

/// Tenants in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct Tenants {
    /// The tenants, by short name.
    items: Vec<Tenant>,
}

/// Lists the tenants the caller may see
#[utoipa::path(get, path = "/api/v1/tenants", tag = "tenants", responses((status = 200, body = Tenants)))]
pub async fn list(State(api): State<Arc<Api>>, caller: Caller) -> Result<Json<Tenants>, Error> {
    let rows = api.registry.tenants().await?;
    let visible = rows
        .into_iter()
        .filter(|row| caller.scope.tenant().is_none_or(|tenant| *tenant == row.id));
    Ok(Json(Tenants {
        items: visible.map(Tenant::from).collect(),
    }))
}
