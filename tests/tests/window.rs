//! The window in its real web view: every screen by mouse, and again by keyboard alone.
//! Pictures of what was seen go to target/window/.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::panic)] // what a test's own functions expect, it expects too

use std::path::{Path, PathBuf};

use slipway_locales::Language;
use slipway_tests::window::{LONG, Opening, SOON, Window, root};
use thirtyfour::Key;

#[tokio::test]
async fn a_folder_that_is_not_there_is_said_and_another_opens() {
    let home = tempfile::tempdir().unwrap();
    let window = Window::open(Opening::at(home.path()), "window/folder").await;
    window.shows_well("1-welcome").await;
    window.fill("path", "/no/such/folder").await;
    window.click("window-path-open").await;
    window.sees("window-review-unread", &[]).await;
    window
        .sees("problem-folder-missing", &[("folder", "/no/such/folder"), ("path", "/no/such/folder")])
        .await;
    window.shows_well("2-missing").await;
    window.click("window-back").await;
    window.click("sample-iris").await;
    window.sees("window-review", &[("name", "iris")]).await;
    window.sees_words("Dockerfile:", SOON).await;
    assert!(
        home.path().join("slipway-samples/iris/Dockerfile").exists(),
        "the sample is the user's own copy"
    );
    window.shows_well("3-review").await;
    window.close().await;
}

#[tokio::test]
async fn a_folder_named_on_the_command_line_is_open() {
    let home = tempfile::tempdir().unwrap();
    let folder = root().join("samples/sentiment");
    let window =
        Window::open(Opening { folder: Some(&folder), ..Opening::at(home.path()) }, "window/named").await;
    window.sees("window-review", &[("name", "sentiment")]).await;
    window.close().await;
}

#[tokio::test]
async fn the_language_is_the_systems_until_another_is_chosen_and_that_is_remembered() {
    let home = tempfile::tempdir().unwrap();
    let mut window =
        Window::open(Opening { language: Language::ZhCn, ..Opening::at(home.path()) }, "window/language")
            .await;
    window.sees("window-welcome", &[]).await;
    window.shows_well("1-chinese").await;
    window.click_words("English").await;
    window.speaks(Language::En);
    window.sees("window-welcome", &[]).await;
    window.until("the page says its language", "return document.documentElement.lang === 'en'").await;
    window.close().await;

    let mut window =
        Window::open(Opening { language: Language::ZhCn, ..Opening::at(home.path()) }, "window/language")
            .await;
    window.speaks(Language::En);
    window.sees("window-welcome", &[]).await;
    window.close().await;
}

#[tokio::test]
async fn an_engine_that_does_not_answer_is_said_with_what_to_do() {
    let home = tempfile::tempdir().unwrap();
    let socket = home.path().join("nobody.sock");
    let host = format!("unix://{}", socket.display());
    let opening = Opening { variables: vec![("DOCKER_HOST", &host)], dark: true, ..Opening::at(home.path()) };
    let window = Window::open(opening, "window/engine").await;
    window.sees("window-engine-none", &[]).await;
    window.sees("window-look-again", &[]).await;
    window.shows_well("1-no-engine").await;
    // Something answers there now: looking again finds it.
    if let Some(engine) = real_engine() {
        std::os::unix::fs::symlink(engine, &socket).unwrap();
        window.click("window-look-again").await;
        window
            .until(
                "the engine's chip is green",
                "return document.querySelectorAll('header svg.proven').length > 0",
            )
            .await;
    }
    window.close().await;
}

fn real_engine() -> Option<PathBuf> {
    let host = std::env::var("DOCKER_HOST").ok()?;
    Some(Path::new(host.strip_prefix("unix://")?).to_path_buf())
}

#[tokio::test]
async fn the_keyboard_alone_opens_a_folder_and_goes_back() {
    let home = tempfile::tempdir().unwrap();
    let window = Window::open(Opening::at(home.path()), "window/keyboard").await;
    window.tab_to("window-path").await;
    window.type_text(root().join("samples/iris").to_str().unwrap()).await;
    window.press(Key::Enter).await;
    window.sees("window-review", &[("name", "iris")]).await;
    window.tab_to("window-name").await;
    window.shows_well("1-focus").await;
    window.press(Key::Escape).await;
    window.sees("window-welcome", &[]).await;
    window.sees("window-recent", &[]).await;
    window.close().await;
}

#[tokio::test]
async fn by_mouse_from_a_folder_to_its_answer_and_away() {
    let home = tempfile::tempdir().unwrap();
    let mut window = Window::open(Opening::at(home.path()), "window/mouse").await;
    window.fill("path", root().join("samples/iris").to_str().unwrap()).await;
    window.click("window-path-open").await;
    window.sees("window-review", &[("name", "iris")]).await;
    window.fill("name", "flowers").await;
    window.sees("window-review", &[("name", "flowers")]).await;
    window.planned().await;
    window.shows_well("1-review").await;

    window.click("window-commands").await;
    window.sees("window-copy-script", &[]).await;
    window.sees_words("docker build", SOON).await;
    window.shows_well("2-commands").await;
    window.click("window-close").await;

    window.click("window-deploy").await;
    window.sees("window-heading-image-working", &[]).await;
    window.shows_well("3-building").await;
    window.sees_within("window-live", &[("name", "flowers")], LONG).await;
    window.shows_well("4-live").await;

    window.fill("query sepal_length", "6.3").await;
    window.fill("query petal_length", "5.6").await;
    window.fill("query petal_width", "1.8").await;
    window.click("window-send").await;
    window.sees_words("virginica", SOON).await;
    window.shows_well("5-answer").await;

    window.click("stage-image").await;
    window.sees("window-heading-image-proven", &[]).await;
    window.shows_well("6-image").await;

    window.click_words("简体中文").await;
    window.speaks(Language::ZhCn);
    window.sees("window-heading-image-proven", &[]).await;

    window.click("window-remove").await;
    window.click("window-remove-image").await;
    window.click("window-remove-ingress").await;
    window.removal_planned().await;
    window.shows_well("7-remove").await;
    window.click("window-remove-now").await;
    window.sees_within("window-removed", &[("name", "flowers")], LONG).await;
    window.shows_well("8-removed").await;
    window.close().await;
}

#[tokio::test]
async fn by_keyboard_alone_in_chinese_from_a_folder_to_its_answer_and_away() {
    let home = tempfile::tempdir().unwrap();
    let opening = Opening { language: Language::ZhCn, dark: true, ..Opening::at(home.path()) };
    let window = Window::open(opening, "window/keys").await;
    window.tab_to("window-path").await;
    window.type_text(root().join("samples/sentiment").to_str().unwrap()).await;
    window.press(Key::Enter).await;
    window.sees("window-review", &[("name", "sentiment")]).await;
    window.tab_to("window-replicas").await;
    window.type_text("2").await; // Tab chose what stood there
    window.planned().await;
    window.shows_well("1-review").await;

    window.press_with(Key::Control, Key::Enter).await;
    window.sees("window-heading-image-working", &[]).await;
    window.shows_well("2-building").await;
    window.sees_within("window-live", &[("name", "sentiment")], LONG).await;
    window.shows_well("3-live").await;

    // It describes itself to nobody, so the path is typed.
    window.tab_to("window-path-of-app").await;
    window.type_text("/sentiment?text=what+a+wonderful+surprise").await;
    window.press_with(Key::Control, Key::Enter).await;
    window.sees_words("positive", SOON).await;
    window.shows_well("4-answer").await;

    // The rail is a list that the arrow keys move along.
    window.tab_to_within("nav").await;
    for _ in 0..6 {
        window.press(Key::Down).await;
    }
    window.press(Key::Enter).await;
    window.sees("window-heading-app-proven", &[]).await;
    window.shows_well("5-app").await;

    window.tab_to("window-remove").await;
    window.press(Key::Enter).await;
    window.tab_to("window-remove-image").await;
    window.press(Key::Space).await;
    window.removal_planned().await;
    window.tab_to("window-remove-now").await;
    window.press(Key::Enter).await;
    window.sees_within("window-removed", &[("name", "sentiment")], LONG).await;
    window.shows_well("6-removed").await;
    window.close().await;
}

#[tokio::test]
async fn a_build_that_is_cancelled_goes_on_from_where_it_stands() {
    let home = tempfile::tempdir().unwrap();
    let folder = slow_to_build(home.path());
    let window =
        Window::open(Opening { folder: Some(&folder), ..Opening::at(home.path()) }, "window/cancel").await;
    window.sees("window-review", &[("name", "slow")]).await;
    window.planned().await;
    window.click("window-deploy").await;
    window.sees_within("window-heading-image-working", &[], LONG).await;
    window.sees_words("it-begins", SOON).await;
    window.click("window-cancel").await;
    window.sees("window-cancelled", &[]).await;
    window.shows_well("1-cancelled").await;
    std::fs::write(folder.join("Dockerfile"), "FROM scratch\nCOPY Dockerfile /\n").unwrap();
    window.click("window-go-on").await;
    // Nothing in it can start: the journey goes on through the build and stops where that is seen.
    window.sees_within("window-try-again", &[], LONG).await;
    window.shows_well("2-problem").await;
    window.close().await;
}

/// A project whose build says that it begins, and then takes long.
fn slow_to_build(home: &Path) -> PathBuf {
    let folder = home.join("slow");
    std::fs::create_dir(&folder).unwrap();
    let dockerfile = "FROM python:3.13-slim\nRUN echo it-begins && sleep 600\nEXPOSE 8000\nCMD [\"python\", \"-m\", \"http.server\", \"8000\"]\n";
    std::fs::write(folder.join("Dockerfile"), dockerfile).unwrap();
    folder
}
