//! Images for tests: Python with a command of the test's own.

use bollard::{
    Docker,
    models::{ContainerConfig, ContainerCreateBody},
    query_parameters::{CommitContainerOptionsBuilder, CreateContainerOptions, RemoveContainerOptions},
};

/// An app that serves its folder on port 8000 and ends when it is asked to.
pub const SERVES: &str = "import http.server, signal, sys\n\
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))\n\
    http.server.ThreadingHTTPServer(('', 8000), http.server.SimpleHTTPRequestHandler).serve_forever()";

/// Makes `name` an image that runs this Python program as user 1000. It stays: tests that run again find it there.
pub async fn python(name: &str, program: &str) {
    let docker = Docker::connect_with_defaults().unwrap().negotiate_version().await.unwrap();
    let words = |words: &[&str]| Some(words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>());
    let command = words(&["python", "-u", "-c", program]);
    if let Ok(there) = docker.inspect_image(name).await
        && there.config.and_then(|config| config.cmd) == command
    {
        return;
    }
    let body =
        ContainerCreateBody { image: Some("python:3.13-slim".into()), ..ContainerCreateBody::default() };
    let container = docker.create_container(None::<CreateContainerOptions>, body).await.unwrap().id;
    let (repo, tag) = name.split_once(':').unwrap();
    let options = CommitContainerOptionsBuilder::default().container(&container).repo(repo).tag(tag).build();
    let config = ContainerConfig {
        cmd: command,
        user: Some("1000".into()),
        working_dir: Some("/srv".into()),
        ..ContainerConfig::default()
    };
    docker.commit_container(options, config).await.unwrap();
    docker.remove_container(&container, None::<RemoveContainerOptions>).await.unwrap();
}
