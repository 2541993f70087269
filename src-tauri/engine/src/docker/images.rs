//! Images of the engine: what one is, which are a project's, and removing a tag.

use std::collections::{BTreeSet, HashMap};

use bollard::{
    models::{ContainerSummary, ImageInspect},
    query_parameters::{ListContainersOptions, ListImagesOptions, RemoveImageOptions},
};

use super::{Engine, error, labels};
use crate::problem::Problem;

/// An image, as far as the journey needs to know it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Image {
    /// The engine's id, such as `sha256:…`.
    pub id: String,
    /// Its names.
    pub tags: Vec<String>,
    /// The project for which Slipway built it.
    pub project: Option<String>,
    /// Its size in bytes.
    pub size: u64,
    /// Its architecture in OCI's words, such as `amd64`.
    pub arch: String,
    /// The user that its process runs as; empty: root.
    pub user: String,
    /// The TCP ports that it exposes, lowest first.
    pub exposed: Vec<u16>,
    /// Its environment, as `NAME=VALUE`.
    pub env: Vec<String>,
    /// What it starts: entrypoint and command.
    pub start: Vec<String>,
    /// The command of its health check, as words.
    pub health_check: Vec<String>,
}

/// The image of this name or id; `None`: there is none.
pub async fn inspect(engine: &Engine, name: &str) -> Result<Option<Image>, Problem> {
    match engine.client.inspect_image(name).await {
        Ok(image) => Ok(Some(image.into())),
        Err(error) if error::is_missing(&error) => Ok(None),
        Err(error) => Err(error::problem("inspect image", error)),
    }
}

/// Those of these names that the engine has images under. It is not asked for all of its images: a store of
/// containerd's takes some ten milliseconds for each.
pub async fn of_these(engine: &Engine, names: &[String]) -> Result<Vec<String>, Problem> {
    if names.is_empty() {
        return Ok(Vec::new());
    }
    let options = ListImagesOptions {
        filters: Some(HashMap::from([("reference".to_owned(), names.to_vec())])),
        ..ListImagesOptions::default()
    };
    let images = engine
        .client
        .list_images(Some(options))
        .await
        .map_err(|error| error::problem("list images", error))?;
    let tags: BTreeSet<String> = images.into_iter().flat_map(|image| image.repo_tags).collect();
    Ok(names.iter().filter(|name| tags.contains(*name)).cloned().collect())
}

/// An image of a project, and what uses it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Labelled {
    /// The engine's id.
    pub id: String,
    /// Its names; none: it lost its last one to a later image.
    pub tags: Vec<String>,
    /// The folder from which it was built, where its label says.
    pub folder: Option<String>,
    /// Containers made from it that Slipway did not start, by name.
    pub used_by: Vec<String>,
}

/// The images that carry the project's label.
pub async fn of_project(engine: &Engine, project: &str) -> Result<Vec<Labelled>, Problem> {
    let images = ListImagesOptions {
        filters: Some(labels::filter(&[(labels::PROJECT, project)])),
        ..ListImagesOptions::default()
    };
    let containers = ListContainersOptions { all: true, ..ListContainersOptions::default() };
    let (images, containers) = tokio::try_join!(
        engine.client.list_images(Some(images)),
        engine.client.list_containers(Some(containers)),
    )
    .map_err(|error| error::problem("list images", error))?;
    let used_by = |id: &str| -> Vec<String> {
        let ours = |container: &ContainerSummary| {
            container.labels.as_ref().is_some_and(|marks| marks.contains_key(labels::TRIAL))
        };
        containers
            .iter()
            .filter(|container| container.image_id.as_deref() == Some(id) && !ours(container))
            .filter_map(|container| {
                Some(container.names.as_ref()?.first()?.trim_start_matches('/').to_owned())
            })
            .collect()
    };
    let mut labelled: Vec<_> = images
        .into_iter()
        .map(|mut image| {
            image.repo_tags.retain(|tag| is_a_name(tag));
            image.repo_tags.sort();
            Labelled {
                used_by: used_by(&image.id),
                id: image.id,
                tags: image.repo_tags,
                folder: image.labels.remove(labels::FOLDER),
            }
        })
        .collect();
    labelled.sort_by(|one, other| (&one.tags, &one.id).cmp(&(&other.tags, &other.id)));
    Ok(labelled)
}

/// Removes a tag; the image goes when nobody else has a name for it. A tag that is gone already is no fault.
pub async fn untag(engine: &Engine, tag: &str) -> Result<(), Problem> {
    let Some(image) = inspect(engine, tag).await? else { return Ok(()) };
    remove(engine, tag).await?;
    // Kubernetes gives each image of a shared store a name of its own, which would keep it.
    match inspect(engine, &image.id).await? {
        Some(rest) if rest.tags.is_empty() => remove(engine, &rest.id).await,
        _ => Ok(()),
    }
}

async fn remove(engine: &Engine, name: &str) -> Result<(), Problem> {
    match engine.client.remove_image(name, None::<RemoveImageOptions>, None).await {
        Ok(_) => Ok(()),
        Err(error) if error::is_missing(&error) => Ok(()),
        Err(error) => Err(error::problem("remove image", error)),
    }
}

fn is_a_name(tag: &str) -> bool {
    !tag.starts_with("sha256:") && !tag.starts_with("<none>")
}

impl From<ImageInspect> for Image {
    fn from(image: ImageInspect) -> Self {
        let config = image.config.unwrap_or_default();
        let mut exposed: Vec<u16> =
            config.exposed_ports.iter().flatten().filter_map(|port| tcp(port)).collect();
        exposed.sort_unstable();
        let mut tags = image.repo_tags.unwrap_or_default();
        tags.retain(|tag| is_a_name(tag));
        let start = config.entrypoint.into_iter().flatten().chain(config.cmd.into_iter().flatten());
        Self {
            id: image.id.unwrap_or_default(),
            tags,
            project: config.labels.and_then(|mut marks| marks.remove(labels::PROJECT)),
            size: image.size.and_then(|bytes| u64::try_from(bytes).ok()).unwrap_or_default(),
            arch: image.architecture.unwrap_or_default(),
            user: config.user.unwrap_or_default(),
            exposed,
            env: config.env.unwrap_or_default(),
            start: start.collect(),
            health_check: config.healthcheck.and_then(|check| check.test).unwrap_or_default(),
        }
    }
}

/// The number of `8000/tcp` or `8000`.
fn tcp(port: &str) -> Option<u16> {
    port.strip_suffix("/tcp").unwrap_or(port).parse().ok()
}

#[cfg(test)]
mod tests {
    use bollard::models::ImageConfig;

    use super::*;

    #[test]
    fn exposed_ports_are_tcp_ports_in_order() {
        let ports = ["8080/tcp", "80/tcp", "53/udp"].map(str::to_owned).to_vec();
        let config = ImageConfig { exposed_ports: Some(ports), ..ImageConfig::default() };
        let image = Image::from(ImageInspect { config: Some(config), ..ImageInspect::default() });
        assert_eq!(image.exposed, [80, 8080]);
    }

    #[test]
    fn names_that_only_kubernetes_uses_are_hidden() {
        let tags = ["iris:1", "sha256:abc", "<none>:<none>"].map(str::to_owned).to_vec();
        let image = Image::from(ImageInspect { repo_tags: Some(tags), ..ImageInspect::default() });
        assert_eq!(image.tags, ["iris:1"]);
    }
}
