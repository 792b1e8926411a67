//! Who calls: the administrator, or a tenant's key.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use frontdesk_core::ports::reader::Scope;
use frontdesk_core::ports::registry::Role;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::{Api, Error};

/// Bytes of a token that are looked at; longer ones are nobody's.
const TOKEN_BYTES_MAX: usize = 256;

/// Somebody with valid credentials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// Whose data they may see.
    pub scope: Scope,
    /// What they may do.
    pub role: Role,
}

impl Caller {
    /// Demands a role, or one that includes it.
    ///
    /// # Errors
    ///
    /// [`Error::Forbidden`] when the caller's own is less.
    pub fn demand(&self, role: Role) -> Result<(), Error> {
        if self.role >= role {
            Ok(())
        } else {
            Err(Error::Forbidden(role.code()))
        }
    }
}

/// What is kept of a secret: tokens are long and random, so a plain hash is enough.
#[must_use]
pub fn secret_hash(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
}

impl FromRequestParts<Arc<Api>> for Caller {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, api: &Arc<Api>) -> Result<Self, Error> {
        let token = bearer(parts).ok_or(Error::Unauthorized)?;
        let hash = secret_hash(token);
        if bool::from(hash.ct_eq(&api.admin_token_hash)) {
            return Ok(Self {
                scope: Scope::All,
                role: Role::Admin,
            });
        }
        let key = api.registry.key(&hash).await?.ok_or(Error::Unauthorized)?;
        Ok(Self {
            scope: Scope::Tenant(key.tenant),
            role: key.role,
        })
    }
}

fn bearer(parts: &Parts) -> Option<&str> {
    let value = parts.headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    let token = token.trim();
    let is_bearer = scheme.eq_ignore_ascii_case("bearer") && !token.is_empty() && token.len() <= TOKEN_BYTES_MAX;
    is_bearer.then_some(token)
}
