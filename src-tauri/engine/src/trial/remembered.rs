//! Past trials: what was seen then cannot be observed later without running the image again. The same image with the
//! same environment and port behaves the same, so it is remembered by these.

use std::{
    io,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::Wish;
use crate::{
    facts::Trial,
    places::{Places, write_atomically},
    problem::Problem,
};

/// How many past trials are remembered; the oldest go.
const REMEMBERED: usize = 50;

#[derive(Serialize, Deserialize)]
struct Remembered {
    /// A digest of what was tried beside the image. The values of the environment may be secret and are not kept.
    with: String,
    trial: Trial,
}

/// What was seen when this was tried before.
pub fn find(places: &Places, wish: &Wish) -> Option<Trial> {
    let content = std::fs::read(path(places, &wish.image.id)).ok()?;
    let remembered: Remembered = serde_json::from_slice(&content).ok()?;
    (remembered.with == with(wish)).then_some(remembered.trial)
}

/// Remembers what was seen.
pub fn keep(places: &Places, wish: &Wish, trial: &Trial) -> Result<(), Problem> {
    let remembered = Remembered { with: with(wish), trial: trial.clone() };
    let content = serde_json::to_vec_pretty(&remembered).map_err(crate::problem::internal)?;
    write_atomically(&path(places, &wish.image.id), &content)?;
    // Forgetting is no duty: what cannot be removed is tried again the next time.
    let _ = forget_oldest(&folder(places));
    Ok(())
}

fn forget_oldest(folder: &Path) -> io::Result<()> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        all.push((entry.metadata()?.modified()?, entry.path()));
    }
    all.sort();
    for (_, path) in all.iter().take(all.len().saturating_sub(REMEMBERED)) {
        std::fs::remove_file(path)?;
    }
    Ok(())
}

fn folder(places: &Places) -> PathBuf {
    places.state().join("trials")
}

fn path(places: &Places, image: &str) -> PathBuf {
    let name: String = image.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    folder(places).join(format!("{name}.json"))
}

fn with(wish: &Wish) -> String {
    let said = serde_json::json!([wish.port, wish.env, wish.left_out, wish.health]).to_string();
    Sha256::digest(said).iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::docker::images::Image;

    fn wish(image: &str) -> Wish {
        Wish {
            project: "iris".into(),
            folder: "/iris".into(),
            image: Image { id: image.into(), ..Image::default() },
            env: vec![("KEY".into(), "secret".into())],
            left_out: Vec::new(),
            port: Some(8000),
            health: None,
            within: Duration::from_secs(1),
            keep: false,
        }
    }

    #[test]
    fn a_trial_is_remembered_for_the_same_image_environment_and_port_only() {
        let root = tempfile::tempdir().unwrap();
        let places = Places::under(root.path());
        let trial = Trial { port: 8000, answered: true, ..Trial::default() };
        keep(&places, &wish("sha256:a"), &trial).unwrap();
        assert_eq!(find(&places, &wish("sha256:a")), Some(trial));
        assert_eq!(find(&places, &wish("sha256:b")), None);
        let changed = Wish { env: vec![("KEY".into(), "other".into())], ..wish("sha256:a") };
        assert_eq!(find(&places, &changed), None);
        assert_eq!(find(&places, &Wish { port: None, ..wish("sha256:a") }), None);
    }

    #[test]
    fn values_of_the_environment_are_not_written_down() {
        let root = tempfile::tempdir().unwrap();
        let places = Places::under(root.path());
        keep(&places, &wish("sha256:a"), &Trial::default()).unwrap();
        let content = std::fs::read_to_string(path(&places, "sha256:a")).unwrap();
        assert!(!content.contains("secret"), "{content}");
    }

    #[test]
    fn the_oldest_are_forgotten() {
        let root = tempfile::tempdir().unwrap();
        let places = Places::under(root.path());
        for number in 0..REMEMBERED + 3 {
            keep(&places, &wish(&format!("sha256:{number}")), &Trial::default()).unwrap();
        }
        assert_eq!(std::fs::read_dir(folder(&places)).unwrap().count(), REMEMBERED);
    }
}
