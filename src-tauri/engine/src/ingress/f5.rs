//! F5 NGINX Ingress Controller, from `manifests/ingress/f5-nginx/`: files that a person can read and apply.

use crate::{
    kubernetes::{manifest::Manifest, objects},
    problem::{Problem, internal},
};

/// The namespace of all that is installed.
pub const NAMESPACE: &str = "nginx-ingress";
/// The Deployment and its Service.
pub const NAME: &str = "nginx-ingress";
/// The class that it makes.
pub const CLASS: &str = "nginx";

const FILES: [&str; 8] = [
    include_str!("../../../../manifests/ingress/f5-nginx/1-namespace.yaml"),
    include_str!("../../../../manifests/ingress/f5-nginx/2-service-account.yaml"),
    include_str!("../../../../manifests/ingress/f5-nginx/3-permissions-everywhere.yaml"),
    include_str!("../../../../manifests/ingress/f5-nginx/4-permissions-at-home.yaml"),
    include_str!("../../../../manifests/ingress/f5-nginx/5-ingress-class.yaml"),
    include_str!("../../../../manifests/ingress/f5-nginx/6-settings.yaml"),
    include_str!("../../../../manifests/ingress/f5-nginx/7-service.yaml"),
    include_str!("../../../../manifests/ingress/f5-nginx/8-deployment.yaml"),
];

/// Its objects, as the files have them.
pub fn manifests() -> Result<Vec<Manifest>, Problem> {
    FILES.iter().try_fold(Vec::new(), |mut all, file| {
        all.extend(documents(file)?);
        Ok(all)
    })
}

/// The objects of a YAML file, each with its own text.
pub(super) fn documents(file: &str) -> Result<Vec<Manifest>, Problem> {
    let mut all = Vec::new();
    for text in file.split("\n---\n") {
        let value: serde_json::Value = serde_saphyr::from_str(text).map_err(internal)?;
        if value.is_null() {
            continue;
        }
        let made = objects::manifest(value)?;
        all.push(Manifest { yaml: format!("{}\n", text.trim()), ..made });
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kubernetes::mark;

    #[test]
    fn every_object_is_named_and_marked_as_ours() {
        let all = manifests().unwrap();
        assert_eq!(all.len(), 10);
        for manifest in &all {
            assert!(mark::is_ours(&manifest.object.metadata), "{}", manifest.yaml);
            assert_eq!(mark::app(&manifest.object.metadata), Some(NAME), "{}", manifest.yaml);
        }
        let shown: Vec<_> = all.iter().map(|manifest| manifest.reference().shown()).collect();
        for name in [
            "Namespace/nginx-ingress",
            "IngressClass/nginx",
            "Deployment/nginx-ingress",
            "Service/nginx-ingress",
        ] {
            assert!(shown.contains(&name.to_owned()), "{shown:?}");
        }
    }
}
