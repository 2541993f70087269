//! Declares the page's commands to Tauri, and makes sure that there is a page.

use std::{error::Error, fs, path::Path};

/// Shown when the crate was built before its page was.
const PLACEHOLDER: &str = "<!doctype html><meta charset=\"utf-8\"><title>Slipway</title>\
<p>This window was built without its page. Build the page, then the window again: <code>cd ui &amp;&amp; npm ci &amp;&amp; npm run build</code></p>\n";

fn main() -> Result<(), Box<dyn Error>> {
    page()?;
    let commands = commands()?;
    let names: &'static [&'static str] =
        commands.into_iter().map(|name| &*name.leak()).collect::<Vec<_>>().leak();
    let manifest = tauri_build::AppManifest::new().commands(names);
    tauri_build::try_build(tauri_build::Attributes::new().app_manifest(manifest))?;
    Ok(())
}

/// The page is taken into the program when it is compiled, so a checkout without it gets one that says how to build it.
fn page() -> Result<(), Box<dyn Error>> {
    let folder = Path::new("../ui/dist");
    let index = folder.join("index.html");
    if !index.exists() {
        fs::create_dir_all(folder)?;
        fs::write(&index, PLACEHOLDER)?;
    }
    println!("cargo:rerun-if-changed=../ui/dist");
    Ok(())
}

/// The commands that the capability allows: `allow-take-sample` is the command `take_sample`.
fn commands() -> Result<Vec<String>, Box<dyn Error>> {
    let capability: serde_json::Value =
        serde_json::from_str(&fs::read_to_string("capabilities/window.json")?)?;
    let permissions = capability["permissions"].as_array().ok_or("the capability has no permissions")?;
    permissions
        .iter()
        .map(|permission| {
            let name = permission.as_str().and_then(|permission| permission.strip_prefix("allow-"));
            Ok(name.ok_or("a permission that is no command of ours")?.replace('-', "_"))
        })
        .collect()
}
