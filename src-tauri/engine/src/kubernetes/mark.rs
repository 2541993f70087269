//! The marks that Slipway puts on what it makes, by which it knows what it may remove.

use std::collections::BTreeMap;

use kube::api::ObjectMeta;

/// The label with the project's name.
pub const NAME: &str = "app.kubernetes.io/name";
/// The label with who made it.
pub const MANAGED_BY: &str = "app.kubernetes.io/managed-by";
/// The annotation with the project's folder.
pub const FOLDER: &str = "slipway.local/folder";
/// The value of [`MANAGED_BY`], and the name under which fields are owned in server-side apply.
pub const SLIPWAY: &str = "slipway";

/// The labels of everything that belongs to the app of this name.
pub fn labels(app: &str) -> BTreeMap<String, String> {
    [(NAME, app), (MANAGED_BY, SLIPWAY)]
        .into_iter()
        .map(|(name, value)| (name.into(), value.into()))
        .collect()
}

/// The same as a selector.
pub fn selector(app: &str) -> String {
    format!("{NAME}={app},{MANAGED_BY}={SLIPWAY}")
}

/// Whether Slipway made it.
pub fn is_ours(meta: &ObjectMeta) -> bool {
    label(meta, MANAGED_BY) == Some(SLIPWAY)
}

/// The app that it belongs to.
pub fn app(meta: &ObjectMeta) -> Option<&str> {
    label(meta, NAME)
}

/// The folder that it was made from.
pub fn folder(meta: &ObjectMeta) -> Option<&str> {
    meta.annotations.as_ref()?.get(FOLDER).map(String::as_str)
}

/// Whether Slipway is who wrote a field of the object's `spec` last.
pub fn set_by_us(meta: &ObjectMeta, field: &str) -> bool {
    meta.managed_fields.iter().flatten().any(|entry| {
        let fields = entry.fields_v1.as_ref().map(|fields| &fields.0["f:spec"][format!("f:{field}")]);
        entry.manager.as_deref() == Some(SLIPWAY)
            && entry.subresource.is_none()
            && fields.is_some_and(|fields| !fields.is_null())
    })
}

fn label<'a>(meta: &'a ObjectMeta, name: &str) -> Option<&'a str> {
    meta.labels.as_ref()?.get(name).map(String::as_str)
}
