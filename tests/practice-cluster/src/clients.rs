//! docker and kubectl for outside the root: a folder for the PATH.

use std::{
    env::consts::ARCH,
    fs, io,
    path::{Path, PathBuf},
};

use crate::{
    error::{Doing, Result},
    places::Places,
    root::write_whole,
    system,
};

/// Makes them for these engine files and this Kubernetes.
pub(crate) fn make(places: &Places, engine: &Path, kube: &Path) -> Result<()> {
    let folder = places.clients();
    let plugins = folder.join("docker-config/cli-plugins");
    fs::create_dir_all(&plugins).doing(|| format!("make {}", plugins.display()))?;
    let docker = program(engine, "usr/bin/docker", Some(&folder.join("docker-config")));
    put(&folder.join("docker"), &docker)?;
    let buildx = program(engine, "usr/libexec/docker/cli-plugins/docker-buildx", None);
    put(&plugins.join("docker-buildx"), &buildx)?;
    let kubectl = folder.join("kubectl");
    if fs::read_link(&kubectl).is_ok_and(|target| target == kube) {
        return Ok(());
    }
    let doing = || format!("link {}", kubectl.display());
    match fs::remove_file(&kubectl) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error).doing(doing),
        _ => {}
    }
    system::symlink(&kube.display().to_string(), &kubectl).doing(doing)
}

fn put(path: &Path, text: &str) -> Result<()> {
    if fs::read_to_string(path).is_ok_and(|there| there == text) {
        return Ok(());
    }
    write_whole(path, text.as_bytes())?;
    system::set_mode(path, 0o755).doing(|| format!("make {} runnable", path.display()))
}

/// A script that runs a program of the engine's files with their own C library: the machine's may be older. It
/// sees the machine's files, and the user's own settings where there are some.
fn program(engine: &Path, program: &str, settings: Option<&Path>) -> String {
    let (loader, libraries) = loader(engine);
    let settings = settings.map_or_else(String::new, |settings| {
        // The plugins' folder is not the machine's, so docker must be told of it.
        format!(
            "[ -n \"$DOCKER_CONFIG\" ] || [ -e \"$HOME/.docker/config.json\" ] || export DOCKER_CONFIG='{}'\n",
            settings.display()
        )
    });
    format!(
        "#!/bin/sh\n{settings}exec '{}' --library-path '{}' '{}' \"$@\"\n",
        loader.display(),
        libraries.display(),
        engine.join(program).display()
    )
}

fn loader(engine: &Path) -> (PathBuf, PathBuf) {
    let name = match ARCH {
        "x86_64" => "ld-linux-x86-64.so.2".to_owned(),
        other => format!("ld-linux-{other}.so.1"),
    };
    let libraries = engine.join(format!("usr/lib/{ARCH}-linux-gnu"));
    (libraries.join(name), libraries)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_brings_its_own_c_library() {
        let script = program(Path::new("/cache/engine"), "usr/bin/docker", Some(Path::new("/cache/config")));
        assert!(script.starts_with("#!/bin/sh\n"));
        assert!(script.contains("--library-path '/cache/engine/usr/lib/"), "{script}");
        assert!(script.ends_with("'/cache/engine/usr/bin/docker' \"$@\"\n"), "{script}");
        assert!(script.contains("DOCKER_CONFIG='/cache/config'"), "{script}");
    }
}
