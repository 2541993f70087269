//! The window of Slipway: a page in the system's web view over the engine.
//!
//! [`commands`] is all that the page can ask for. What it shows is in `ui/`.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod arrivals;
mod asking;
mod commands;
mod preferences;
mod running;
mod samples;
#[cfg(test)]
mod seam;

use std::error::Error;

use slipway_engine::places::Places;
use tauri::{
    App, Builder, Manager, Runtime, WebviewWindowBuilder, WindowEvent, Wry,
    webview::{PageLoadEvent, PageLoadPayload},
};

use crate::{arrivals::Arrivals, asking::Shown, running::Running};

#[allow(clippy::exit)] // in what generate_context! makes
fn main() -> Result<(), Box<dyn Error>> {
    // The first provider wins; there is no other.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let places = Places::of_user()?;
    let mut builder = Builder::<Wry>::new();
    // A home of its own is a Slipway of its own, with a window of its own.
    if std::env::var_os("SLIPWAY_HOME").is_none() {
        builder = builder.plugin(tauri_plugin_single_instance::init(|app, words, from| {
            app.state::<Arrivals>().named(words, from.as_ref());
            if let Some(window) = app.get_webview_window("main") {
                let _ = window.unminimize();
                let _ = window.set_focus();
            }
        }));
    }
    with_commands(builder, places)
        .plugin(tauri_plugin_dialog::init())
        .plugin(tauri_plugin_opener::init())
        .plugin(tauri_plugin_window_state::Builder::new().build())
        .setup(|app| {
            app.state::<Arrivals>().named(std::env::args_os(), &std::env::current_dir()?);
            open_window(app)?;
            Ok(())
        })
        .run(tauri::generate_context!())?;
    Ok(())
}

/// The commands and what they share.
fn with_commands<R: Runtime>(builder: Builder<R>, places: Places) -> Builder<R> {
    builder
        .manage(places)
        .manage(Arrivals::default())
        .manage(Running::default())
        .manage(Shown::default())
        .invoke_handler(tauri::generate_handler![
            commands::start,
            commands::remember,
            commands::arrivals,
            commands::choose_folder,
            commands::take_sample,
            commands::open_link,
            commands::machine,
            commands::clusters,
            commands::inspect,
            commands::plan,
            commands::script,
            commands::status,
            commands::deploy,
            commands::cancel,
            commands::plan_remove,
            commands::remove,
            commands::ask,
        ])
}

/// Opens the window that tauri.conf.json describes.
fn open_window<R: Runtime>(app: &App<R>) -> tauri::Result<()> {
    for config in &app.config().app.windows {
        let window = WebviewWindowBuilder::from_config(app, config)?
            .on_navigation(|url| {
                // The page is ours alone: a link goes to the browser, by the command open_link.
                matches!(url.scheme(), "tauri")
                    || matches!(url.host_str(), Some("tauri.localhost"))
                    || (cfg!(not(feature = "custom-protocol")) && url.port() == Some(5173))
            })
            .on_document_title_changed(|window, title| {
                let _ = window.set_title(&title);
            })
            .on_page_load(|window, load: PageLoadPayload<'_>| {
                // A page that begins anew knows nothing of what ran for the one before.
                if load.event() == PageLoadEvent::Started {
                    window.state::<Running>().end();
                }
            })
            .build()?;
        let app = app.handle().clone();
        window.on_window_event(move |event| {
            if let WindowEvent::DragDrop(event) = event {
                app.state::<Arrivals>().dragged(event);
            }
        });
    }
    Ok(())
}
