//! Five tenants to try things with, one for each kind of business.

/// The short name and the manifest of every demo tenant.
pub const MANIFESTS: &[(&str, &str)] = &[
    ("demo-catering", include_str!("../demo/demo-catering.toml")),
    ("demo-restaurant", include_str!("../demo/demo-restaurant.toml")),
    ("demo-academy", include_str!("../demo/demo-academy.toml")),
    ("demo-leads", include_str!("../demo/demo-leads.toml")),
    ("demo-services", include_str!("../demo/demo-services.toml")),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Tenant;

    #[test]
    fn every_demo_manifest_is_without_fault() {
        for (id, manifest) in MANIFESTS {
            if let Err(faults) = Tenant::parse(&id.parse().unwrap(), manifest) {
                let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
                panic!("{id}:\n{}", faults.join("\n"));
            }
        }
    }
}
