//! Images that a registry would serve elsewhere. Each is made once, kept as a file in the cache, and loaded when the
//! engine lacks it.

mod kitchen;
mod nginx;
mod python;
mod sandbox;

use std::path::PathBuf;

use async_trait::async_trait;
use futures_util::{StreamExt, TryStreamExt, stream};

use crate::{
    error::{Error, Result},
    places::Places,
    progress::Progress,
    root::Root,
};
pub(crate) use kitchen::{Context, Kitchen, link_or_copy};

/// The label by which an image says what made it.
pub(crate) const MADE_OF: &str = "practice-cluster.made-of";

/// How many are made at once: most of the time is spent with downloads.
const AT_ONCE: usize = 2;

/// How to make an image.
#[async_trait]
pub(crate) trait Recipe: Send + Sync {
    /// All names of what it makes; the first is the file's in the cache.
    fn names(&self) -> Vec<String>;

    /// Everything that would make another image when it changed.
    fn made_of(&self) -> Result<Vec<String>>;

    /// Makes it, under all of its names.
    async fn make(&self, kitchen: &Kitchen<'_>) -> Result<()>;
}

/// The recipes of all that is served.
pub(crate) fn recipes(places: &Places) -> Vec<Box<dyn Recipe>> {
    let mut recipes: Vec<Box<dyn Recipe>> = vec![Box::new(sandbox::Sandbox), Box::new(nginx::Nginx)];
    recipes.extend(python::VERSIONS.map(|python| Box::new(python) as Box<dyn Recipe>));
    recipes.retain(|recipe| recipe.names().iter().any(|name| places.serves(name)));
    recipes
}

/// The names of all that is served.
pub(crate) fn names(places: &Places) -> Vec<String> {
    recipes(places).iter().flat_map(|recipe| recipe.names()).collect()
}

/// Makes or loads what the engine lacks.
pub(crate) async fn serve(root: &Root, places: &Places, progress: &Progress) -> Result<()> {
    stream::iter(recipes(places))
        .map(async |recipe| Kitchen::new(root, places, progress, &*recipe)?.serve().await)
        .buffer_unordered(AT_ONCE)
        .try_collect()
        .await
}

/// Whether none has to be made.
pub(crate) fn all_cached(places: &Places) -> Result<bool> {
    for recipe in recipes(places) {
        if !places.cache().join(kitchen::file(&*recipe, &kitchen::key(&*recipe)?)).exists() {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The file of a served image; it was made when the cluster was raised.
pub(crate) fn cached_file(places: &Places, name: &str) -> Result<PathBuf> {
    let recipes = recipes(places);
    let recipe = recipes
        .iter()
        .find(|recipe| recipe.names().iter().any(|known| known == name))
        .ok_or_else(|| Error::NotUp(format!("{name} is no image that it serves")))?;
    Ok(places.cache().join(kitchen::file(&**recipe, &kitchen::key(&**recipe)?)))
}

/// The names of what the engine lacks.
pub(crate) async fn missing(root: &Root, places: &Places) -> Result<Vec<String>> {
    let mut missing = Vec::new();
    for recipe in recipes(places) {
        if !Kitchen::new(root, places, &Progress::silent(), &*recipe)?.is_there().await? {
            missing.extend(recipe.names());
        }
    }
    Ok(missing)
}
