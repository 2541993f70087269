//! What an image holds, file by file.

use std::{collections::BTreeMap, io::Read};

use bollard::{
    Docker,
    models::ContainerCreateBody,
    query_parameters::{CreateContainerOptions, DownloadFromContainerOptions, RemoveContainerOptions},
};
use futures_util::TryStreamExt;

/// One file of an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// The kind, as tar names it: `0` a file, `1` a hard link, `2` a link, `5` a folder, `6` a pipe.
    pub kind: char,
    /// Permissions with the bits above them.
    pub mode: u32,
    /// Owner and group.
    pub owner: (u64, u64),
    /// When it changed, in seconds since 1970.
    pub modified: u64,
    /// Where a link leads.
    pub link: Option<String>,
    /// Its content.
    pub content: Vec<u8>,
}

/// The files of `image` below `folder`, by path.
pub async fn of(docker: &Docker, image: &str, folder: &str) -> BTreeMap<String, File> {
    let body = ContainerCreateBody {
        image: Some(image.to_owned()),
        cmd: Some(vec!["never run".to_owned()]),
        ..ContainerCreateBody::default()
    };
    let container = docker.create_container(None::<CreateContainerOptions>, body).await.unwrap().id;
    let options = DownloadFromContainerOptions { path: folder.to_owned() };
    let stream = docker.download_from_container(&container, Some(options));
    let bytes: Vec<u8> = stream
        .try_fold(Vec::new(), |mut all, piece| async move {
            all.extend(piece);
            Ok(all)
        })
        .await
        .unwrap();
    docker.remove_container(&container, None::<RemoveContainerOptions>).await.unwrap();
    let mut archive = tar::Archive::new(bytes.as_slice());
    let mut files = BTreeMap::new();
    for entry in archive.entries().unwrap() {
        let mut entry = entry.unwrap();
        let header = entry.header();
        let file = File {
            kind: char::from(header.entry_type().as_byte()),
            mode: header.mode().unwrap() & 0o7777,
            owner: (header.uid().unwrap(), header.gid().unwrap()),
            modified: header.mtime().unwrap(),
            link: entry.link_name().unwrap().map(|link| link.display().to_string()),
            content: Vec::new(),
        };
        let path = entry.path().unwrap().display().to_string();
        let mut content = Vec::new();
        entry.read_to_end(&mut content).unwrap();
        files.insert(path.trim_end_matches('/').to_owned(), File { content, ..file });
    }
    files
}
