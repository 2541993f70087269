//! What the page may ask of its host, a function each. They call the engine and map nothing.

use std::{path::PathBuf, time::Duration};

use serde::Serialize;
use slipway_engine::{
    action::Action,
    choices::Choices,
    event::{Event, Teller, Viewer},
    facts::{Answer, ClusterChoice, Facts},
    http::Ask,
    journey::{Journey, Outcome, Removal, Scope},
    kubernetes::{self, kubeconfig::Sources},
    places::Places,
    problem::{Problem, internal},
    stage::Stage,
    text::Text,
};
use slipway_locales::Words;
use tauri::{AppHandle, Manager, Runtime, State, ipc::Channel};
use tauri_plugin_dialog::DialogExt;
use tauri_plugin_opener::OpenerExt;
use ts_rs::TS;

use crate::{
    arrivals::{Arrival, Arrivals},
    asking::Shown,
    preferences::{Language, Preferences},
    running::Running,
    samples::{self, Sample},
};

type Answered<T> = Result<T, Problem>;

/// What the page needs to begin.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[ts(export)]
pub struct Start {
    /// The language to speak: the one chosen, or else the system's.
    pub language: Language,
    /// Folders opened, the latest first.
    pub recent: Vec<PathBuf>,
    /// The samples that came with the program.
    pub samples: Vec<Sample>,
    /// The user's home, for shorter paths.
    pub home: Option<PathBuf>,
}

/// What a deployment would do.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export)]
pub struct Plan {
    /// In order. Empty: all of it stands.
    pub actions: Vec<Action>,
    /// What was observed on the way.
    pub facts: Facts,
}

/// What a removal would do.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export)]
pub struct RemovalPlan {
    /// In order.
    pub actions: Vec<Action>,
    /// What stays, in words.
    pub kept: Vec<Text>,
}

/// What the window remembers and offers.
#[tauri::command]
pub async fn start<R: Runtime>(app: AppHandle<R>, places: State<'_, Places>) -> Answered<Start> {
    let Preferences { language, recent } = Preferences::read(&places);
    Ok(Start {
        language: language.unwrap_or_else(Language::of_system),
        recent,
        samples: samples::found_in(&shipped_samples(&app)?),
        home: app.path().home_dir().ok(),
    })
}

/// Remembers for the next time.
#[tauri::command]
pub async fn remember(preferences: Preferences, places: State<'_, Places>) -> Answered<()> {
    preferences.write(&places)
}

/// Tells the page of folders that come from outside.
#[tauri::command]
pub async fn arrivals(hear: Channel<Arrival>, arrivals: State<'_, Arrivals>) -> Answered<()> {
    arrivals.listen(hear);
    Ok(())
}

/// Lets the user choose a folder in the system's own dialog; `None`: they chose none.
#[tauri::command]
pub async fn choose_folder<R: Runtime>(app: AppHandle<R>) -> Answered<Option<PathBuf>> {
    let (chosen, choice) = tokio::sync::oneshot::channel();
    app.dialog().file().pick_folder(move |folder| {
        let _ = chosen.send(folder); // the page is gone: nobody waits
    });
    Ok(choice.await.ok().flatten().and_then(|folder| folder.into_path().ok()))
}

/// Copies a sample to the user's home and says where.
#[tauri::command]
pub async fn take_sample<R: Runtime>(id: String, app: AppHandle<R>) -> Answered<PathBuf> {
    samples::take(&id, &shipped_samples(&app)?, &app.path().home_dir().map_err(internal)?)
}

/// Opens a page in the user's browser.
#[tauri::command]
pub async fn open_link<R: Runtime>(url: tauri::Url, app: AppHandle<R>) -> Answered<()> {
    if !matches!(url.scheme(), "http" | "https") {
        return Err(internal(format!("{url} is no page for a browser")));
    }
    app.opener().open_url(url, None::<&str>).map_err(internal)
}

/// Looks at the computer and its engine.
#[tauri::command]
pub async fn machine(places: State<'_, Places>) -> Answered<Outcome> {
    Ok(silent(Choices::default(), &places).look(&[Stage::Machine]).await)
}

/// The clusters that could be chosen for a folder.
#[tauri::command]
pub async fn clusters(folder: Option<PathBuf>, places: State<'_, Places>) -> Answered<Vec<ClusterChoice>> {
    let choices = Choices { folder: folder.unwrap_or_default(), ..Choices::default() };
    kubernetes::clusters(&choices, &places, &Sources::of_user()).await
}

/// Reads the folder.
#[tauri::command]
pub async fn inspect(choices: Choices, places: State<'_, Places>) -> Answered<Outcome> {
    Ok(silent(choices, &places).look(&[Stage::Project]).await)
}

/// What a deployment would do.
#[tauri::command]
pub async fn plan(choices: Choices, places: State<'_, Places>) -> Answered<Plan> {
    let (actions, facts) = silent(choices, &places).plan().await?;
    Ok(Plan { actions, facts })
}

/// The whole journey as a shell script that runs on its own, its comments in this language.
#[tauri::command]
pub async fn script(choices: Choices, language: Language, places: State<'_, Places>) -> Answered<String> {
    let script = Box::pin(silent(choices, &places).script()).await?;
    let words = Words::new(language.into());
    Ok(script.written(&|text| words.say(text)))
}

/// Every stage's evidence, now; `None`: it was cancelled.
#[tauri::command]
pub async fn status(
    choices: Choices,
    hear: Channel<Vec<Event>>,
    places: State<'_, Places>,
    running: State<'_, Running>,
    shown: State<'_, Shown>,
) -> Answered<Option<Outcome>> {
    let outcome = running.run(told(choices, &places, hear, async |journey| journey.status().await)).await;
    Ok(showing(&shown, outcome))
}

/// Takes the folder to its address; `None`: it was cancelled.
#[tauri::command]
pub async fn deploy(
    choices: Choices,
    hear: Channel<Vec<Event>>,
    places: State<'_, Places>,
    running: State<'_, Running>,
    shown: State<'_, Shown>,
) -> Answered<Option<Outcome>> {
    let outcome = running.run(told(choices, &places, hear, async |journey| journey.up().await)).await;
    Ok(showing(&shown, outcome))
}

/// Ends what runs. What stands then can be looked at, finished or removed.
#[tauri::command]
pub async fn cancel(running: State<'_, Running>) -> Answered<()> {
    running.end();
    Ok(())
}

/// What a removal would do.
#[tauri::command]
pub async fn plan_remove(choices: Choices, scope: Scope, places: State<'_, Places>) -> Answered<RemovalPlan> {
    let (actions, kept, _) = silent(choices, &places).plan_down(scope).await?;
    Ok(RemovalPlan { actions, kept })
}

/// Removes what is ours and within `scope`; `None`: it was cancelled.
#[tauri::command]
pub async fn remove(
    choices: Choices,
    scope: Scope,
    hear: Channel<Vec<Event>>,
    places: State<'_, Places>,
    running: State<'_, Running>,
    shown: State<'_, Shown>,
) -> Answered<Option<Removal>> {
    shown.show(None);
    running.run(told(choices, &places, hear, async |journey| journey.down(scope).await)).await.transpose()
}

/// Asks the app that the window shows.
#[tauri::command]
pub async fn ask(ask: Ask, shown: State<'_, Shown>) -> Answered<Answer> {
    shown.ask(&ask).await
}

/// A journey that nobody watches.
fn silent(choices: Choices, places: &Places) -> Journey {
    Journey::new(choices, places.clone(), Teller::default())
}

/// Does `job` with a journey whose events the page hears.
async fn told<T>(
    choices: Choices,
    places: &Places,
    hear: Channel<Vec<Event>>,
    job: impl AsyncFnOnce(&Journey) -> T,
) -> T {
    let (teller, viewer) = Teller::with_viewer();
    let journey = Journey::new(choices, places.clone(), teller.clone());
    let work = Box::pin(async {
        let done = job(&journey).await;
        teller.close();
        done
    });
    tokio::join!(work, forward(viewer, hear)).0
}

/// Sends events on, a frame's worth at a time, so that a stream of lines never floods the page.
async fn forward(mut viewer: Viewer, hear: Channel<Vec<Event>>) {
    const FRAME: Duration = Duration::from_millis(33);
    loop {
        let events = viewer.batch().await;
        if events.is_empty() || hear.send(events).is_err() {
            return;
        }
        tokio::time::sleep(FRAME).await;
    }
}

/// The address of this outcome is what may be asked from now on.
fn showing(shown: &Shown, outcome: Option<Outcome>) -> Option<Outcome> {
    shown.show(outcome.as_ref().and_then(|outcome| outcome.address.clone()));
    outcome
}

/// Where the samples lie: beside the installed program, or in the source tree that it was built from.
fn shipped_samples<R: Runtime>(app: &AppHandle<R>) -> Answered<PathBuf> {
    let installed = app.path().resource_dir().map_err(internal)?.join("samples");
    if cfg!(debug_assertions) && !installed.is_dir() {
        return Ok(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../samples"));
    }
    Ok(installed)
}
