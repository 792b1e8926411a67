//! Five tenants to try things with, one for each kind of business.

/// The short name and the manifest of every demo tenant.
pub const MANIFESTS: &[(&str, &str)] = &[("demo-catering", include_str!("../demo/demo-catering.toml"))];
