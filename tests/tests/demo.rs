//! What `cargo xtask demo` plays where there is no display: the journey of samples/iris in the real window, with a
//! picture of every stage in target/demo/. The app stands when it ends.
#![cfg(target_os = "linux")]

use slipway_engine::stage::Stage;
use slipway_tests::window::{LONG, Opening, SOON, Window, root};
use thirtyfour::Key;

#[tokio::test]
async fn the_journey_of_the_sample_in_pictures() {
    let home = tempfile::tempdir().unwrap();
    let folder = root().join("samples/iris");
    let opening = || Opening { folder: Some(&folder), ..Opening::at(home.path()) };

    // What stands already is shown, and taken away, so that the whole journey can be seen.
    let window = Window::open(opening(), "demo").await;
    window.sees("window-review", &[("name", "iris")]).await;
    window.planned().await;
    window.press_with(Key::Control, Key::Enter).await;
    window.sees_within("window-live", &[("name", "iris")], LONG).await;
    window.picture("01-stands").await;
    window.click("window-remove").await;
    window.click("window-remove-image").await;
    window.removal_planned().await;
    window.picture("02-remove").await;
    window.click("window-remove-now").await;
    window.sees_within("window-removed", &[("name", "iris")], LONG).await;
    window.picture("03-removed").await;
    window.close().await;

    let window = Window::open(opening(), "demo").await;
    window.sees("window-review", &[("name", "iris")]).await;
    window.planned().await;
    window.picture("04-review").await;
    window.click("window-deploy").await;
    window.sees("window-heading-image-working", &[]).await;
    window.picture("05-building").await;
    window.sees_within("window-live", &[("name", "iris")], LONG).await;
    window.picture("06-live").await;
    window.click("window-send").await;
    window.sees_words("setosa", SOON).await;
    window.picture("07-answer").await;
    for (at, stage) in Stage::ALL.into_iter().enumerate().take(7) {
        window.click(&format!("stage-{}", stage.name())).await;
        window.sees(&format!("window-heading-{}-proven", stage.name()), &[]).await;
        window.picture(&format!("{:02}-{}", at + 8, stage.name())).await;
    }
    window.close().await;
}
