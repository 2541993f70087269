//! What recipes are made with: Debian's files, the workspace's programs, the engine's builds, the cache.

use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
};

use tokio::process::Command;

use super::{MADE_OF, Recipe};
use crate::{
    cache::{self, Making},
    debian,
    error::{Doing, Error, Result},
    health, places,
    places::Places,
    programs,
    progress::{Progress, Step},
    root::{HOME, Root},
    workspace,
};

/// Makes one recipe.
pub(crate) struct Kitchen<'a> {
    root: &'a Root,
    places: &'a Places,
    recipe: &'a dyn Recipe,
    key: String,
    step: Step,
}

/// A build context below the root, removed when dropped.
pub(crate) struct Context {
    folder: tempfile::TempDir,
    /// As the programs inside see it.
    inside: PathBuf,
}

impl Context {
    /// The path of a file in it, from outside.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Puts a file in it.
    pub fn write(&self, name: &str, text: &[u8]) -> Result<PathBuf> {
        let path = self.path(name);
        fs::write(&path, text).doing(|| format!("write {}", path.display()))?;
        Ok(path)
    }

    /// Puts a copy of a file, or of a folder of files, in it; links where that is possible.
    pub fn copy(&self, file: &Path, name: &str) -> Result<()> {
        let target = self.path(name);
        if !file.is_dir() {
            return link_or_copy(file, &target);
        }
        let doing = || format!("copy {}", file.display());
        fs::create_dir(&target).doing(doing)?;
        for entry in fs::read_dir(file).doing(doing)? {
            let entry = entry.doing(doing)?;
            link_or_copy(&entry.path(), &target.join(entry.file_name()))?;
        }
        Ok(())
    }
}

/// Changes when another image would be made.
pub(super) fn key(recipe: &dyn Recipe) -> Result<String> {
    let (names, made_of) = (recipe.names(), recipe.made_of()?);
    Ok(places::key(names.iter().chain(&made_of).map(String::as_bytes)))
}

/// Its file in the cache.
pub(super) fn file(recipe: &dyn Recipe, key: &str) -> String {
    format!("images/{}-{key}.tar", first_name(recipe).replace(['/', ':'], "-"))
}

fn first_name(recipe: &dyn Recipe) -> String {
    recipe.names().into_iter().next().unwrap_or_default()
}

pub(crate) fn link_or_copy(file: &Path, target: &Path) -> Result<()> {
    if fs::hard_link(file, target).is_ok() {
        return Ok(());
    }
    fs::copy(file, target).map(drop).doing(|| format!("copy {} to {}", file.display(), target.display()))
}

impl<'a> Kitchen<'a> {
    pub fn new(
        root: &'a Root,
        places: &'a Places,
        progress: &Progress,
        recipe: &'a dyn Recipe,
    ) -> Result<Self> {
        let step = progress.step("images").about(&first_name(recipe));
        Ok(Self { root, places, recipe, key: key(recipe)?, step })
    }

    /// Whether the engine has it under all of its names, made of the same.
    pub async fn is_there(&self) -> Result<bool> {
        let engine = health::engine(self.root)
            .map_err(|source| Error::Docker { doing: "reach the engine".to_owned(), source })?;
        for name in self.recipe.names() {
            let labels = match engine.inspect_image(&name).await {
                Ok(image) => image.config.and_then(|config| config.labels).unwrap_or_default(),
                Err(bollard::errors::Error::DockerResponseServerError { status_code: 404, .. }) => {
                    HashMap::new()
                }
                Err(source) => {
                    return Err(Error::Docker { doing: format!("look at the image {name}"), source });
                }
            };
            if labels.get(MADE_OF) != Some(&self.key) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Loads it from the cache, or makes it and keeps it there.
    pub async fn serve(&self) -> Result<()> {
        if self.is_there().await? {
            return Ok(());
        }
        let path =
            cache::cached(self.places, &file(self.recipe, &self.key), &self.step, async |making: &Making| {
                self.recipe.make(self).await?;
                let inside = format!("{HOME}/save-{}.tar", self.key);
                programs::output(self.docker(&["save", "-o", &inside]).args(self.recipe.names())).await?;
                move_file(&self.outside(&inside), &making.path)?;
                // The engine keeps a copy of every context that it was sent.
                programs::output(&mut self.docker(&[
                    "builder",
                    "prune",
                    "-f",
                    "--filter",
                    "type=source.local",
                ]))
                .await?;
                self.step.done("made");
                Ok(())
            })
            .await?;
        if self.is_there().await? {
            return Ok(());
        }
        let inside = format!("{HOME}/load-{}.tar", self.key);
        let outside = self.outside(&inside);
        link_or_copy(&path, &outside)?;
        let loaded = programs::output(&mut self.docker(&["load", "-q", "-i", &inside])).await;
        fs::remove_file(&outside).doing(|| format!("remove {}", outside.display()))?;
        loaded?;
        self.step.done("loaded from the cache");
        Ok(())
    }

    /// An empty build context.
    pub fn context(&self) -> Result<Context> {
        let folder = tempfile::Builder::new()
            .prefix("context-")
            .tempdir_in(self.root.file(""))
            .doing(|| "make a build context".to_owned())?;
        let name = folder.path().file_name().unwrap_or_default().to_owned();
        Ok(Context { inside: Path::new(HOME).join(name), folder })
    }

    /// A Debian release with these packages as `base.tar`, and as files in `tools` what `tools` need besides: from
    /// the cache if it is there.
    pub async fn debian(&self, suite: &str, packages: &[&str], tools: &[&str]) -> Result<PathBuf> {
        let all = packages.iter().chain(&["and"]).chain(tools);
        let name = format!("debian/{suite}-{}", places::key(all.map(|package| package.as_bytes())));
        cache::cached(self.places, &name, &self.step, async |making: &Making| {
            self.step.says(format!("takes {} from Debian {suite}", packages.join(", ")));
            debian::base_and_tools(&self.step, suite, making, packages, tools).await
        })
        .await
    }

    /// A program of this workspace.
    pub async fn program(&self, package: &str, binary: &str) -> Result<PathBuf> {
        workspace::program(package, binary, &self.step).await
    }

    /// Builds the context by this Dockerfile, under these names, labelled by what made it.
    pub async fn build(&self, context: &Context, dockerfile: &str, names: &[String]) -> Result<()> {
        context.write("Dockerfile", dockerfile.as_bytes())?;
        let label = format!("{MADE_OF}={}", self.key);
        let mut build =
            self.docker(&["build", "--progress", "plain", "--provenance=false", "--label", &label]);
        for name in names {
            build.args(["--tag", name]);
        }
        for (name, _) in std::env::vars().filter(|(name, _)| name.to_ascii_uppercase().ends_with("_PROXY")) {
            build.args(["--build-arg", &name]);
        }
        programs::told(build.arg(&context.inside), &self.step, step_of_build).await
    }

    fn docker(&self, arguments: &[&str]) -> Command {
        let mut docker = programs::inside(self.root.path(), "docker");
        docker
            .args(arguments)
            .env_remove("DOCKER_HOST")
            .env_remove("DOCKER_CONTEXT")
            .env_remove("DOCKER_CONFIG");
        docker
    }

    fn outside(&self, inside: &str) -> PathBuf {
        self.root.path().join(inside.trim_start_matches('/'))
    }
}

fn move_file(from: &Path, to: &Path) -> Result<()> {
    if fs::rename(from, to).is_ok() {
        return Ok(());
    }
    // Another file system.
    fs::copy(from, to)
        .and_then(|_| fs::remove_file(from))
        .doing(|| format!("move {} to {}", from.display(), to.display()))
}

/// BuildKit's plain progress names each step once: `#7 [2/3] RUN make`.
fn step_of_build(line: &str) -> Option<String> {
    let (_, rest) = line.strip_prefix('#')?.split_once(' ')?;
    let (at, _) = rest.strip_prefix('[')?.split_once(']')?;
    (at != "internal" && !at.starts_with("internal ")).then(|| rest.chars().take(120).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_builds_lines_its_steps_are_told() {
        assert_eq!(step_of_build("#7 [2/3] RUN make").as_deref(), Some("[2/3] RUN make"));
        assert_eq!(step_of_build("#1 [internal] load build definition from Dockerfile"), None);
        assert_eq!(step_of_build("#7 0.312 compiling"), None);
    }
}
