//! The real window in its real web view, driven by mouse and keyboard as a person does.

mod ground;

use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use slipway_engine::text::{Arg, Text};
use slipway_locales::{Language, Words};
use thirtyfour::{By, Capabilities, Key, TypingData, WebDriver, WebElement, prelude::ElementQueryable};

use self::ground::Group;

/// How long a screen may take to change.
pub const SOON: Duration = Duration::from_secs(20);
/// How long building and starting may take.
pub const LONG: Duration = Duration::from_secs(150);
const AGAIN: Duration = Duration::from_millis(60);

/// How a window is opened.
pub struct Opening<'a> {
    /// The system's language.
    pub language: Language,
    /// Whether the system's theme is dark.
    pub dark: bool,
    /// The user's home, where Slipway's own folders are too.
    pub home: &'a Path,
    /// The folder named on the command line.
    pub folder: Option<&'a Path>,
    /// More variables of the environment.
    pub variables: Vec<(&'a str, &'a str)>,
}

impl<'a> Opening<'a> {
    /// A window in English and in light.
    pub fn at(home: &'a Path) -> Self {
        Self { language: Language::En, dark: false, home, folder: None, variables: Vec::new() }
    }
}

/// An open window.
pub struct Window {
    driver: WebDriver,
    words: Words,
    pictures: PathBuf,
    screen: String,
    _ground: (Group, Group),
}

impl Window {
    /// Opens it and waits until its page has begun. Its pictures go to `target/PICTURES/`.
    pub async fn open(opening: Opening<'_>, pictures: &str) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let (screen, name) = ground::screen(1280, 800);
        let home = opening.home.to_str().unwrap();
        let language = match opening.language {
            Language::En => "en_US.UTF-8",
            Language::ZhCn => "zh_CN.UTF-8",
        };
        let mut variables = vec![("HOME", home), ("SLIPWAY_HOME", home), ("LANG", language)];
        if opening.dark {
            variables.push(("GTK_THEME", "Adwaita:dark"));
        }
        variables.extend(opening.variables);
        let (process, address) = ground::driver(&name, &variables);
        let options = serde_json::json!({
            "binary": program(),
            "args": opening.folder.map(|folder| vec![folder.to_str().unwrap()]).unwrap_or_default(),
        });
        let mut capabilities = Capabilities::new();
        capabilities.set("webkitgtk:browserOptions", options).unwrap();
        let driver = WebDriver::new(&address, capabilities).await.unwrap();
        let pictures = root().join("target").join(pictures);
        std::fs::create_dir_all(&pictures).unwrap();
        let window = Self {
            driver,
            words: Words::new(opening.language),
            pictures,
            screen: name,
            _ground: (process, screen),
        };
        window.until("the page begins", "return document.querySelector('header') !== null").await;
        // The policy must have nothing to forbid.
        window.run("addEventListener('securitypolicyviolation', (event) => (globalThis.violations ??= []).push(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`))").await;
        window
    }

    /// Speaks another language from now on, as the page does.
    pub fn speaks(&mut self, language: Language) {
        self.words = Words::new(language);
    }

    /// A message in the window's language.
    pub fn say(&self, id: &str, args: &[(&str, &str)]) -> String {
        let args = args.iter().map(|(name, value)| ((*name).to_owned(), Arg::from(*value))).collect();
        self.words.say(&Text { id: id.to_owned(), args })
    }

    /// Clicks the button, summary or option that says this message.
    pub async fn click(&self, id: &str) {
        let words = self.say(id, &[]);
        self.click_words(&words).await;
    }

    /// Clicks the button, summary, option or label with these words, as text or as its name, once it can be clicked.
    pub async fn click_words(&self, words: &str) {
        let kinds = "//*[self::button or self::summary or self::label or @role='option'][not(@disabled)]";
        let words_are = |how: &str| By::XPath(format!("{kinds}[{how} or @aria-label={}]", quoted(words)));
        let exactly = words_are(&format!("normalize-space(.)={}", quoted(words)));
        let among = words_are(&format!("contains(normalize-space(.), {})", quoted(words)));
        let begun = Instant::now();
        loop {
            // What says more than these words counts only where nothing says just them. Drawn anew meanwhile, an element
            // may be gone when it is clicked, or lie behind a dialog: then the next one is tried, and all again.
            let mut found = self.driver.find_all(exactly.clone()).await.unwrap_or_default();
            if found.is_empty() {
                found = self.driver.find_all(among.clone()).await.unwrap_or_default();
            }
            let mut why = "it is not there".to_owned();
            for element in found {
                match element.click().await {
                    Ok(()) => return,
                    Err(error) => why = error.to_string(),
                }
            }
            if begun.elapsed() > SOON {
                self.fail(&format!("“{words}” cannot be clicked: {why}")).await;
            }
            tokio::time::sleep(AGAIN).await;
        }
    }

    /// Types into the field with this id, in place of what stands there.
    pub async fn fill(&self, id: &str, text: &str) {
        let field = self.element(&format!("[id='{id}']")).await;
        field.click().await.unwrap();
        self.press_with(Key::Control, "a").await;
        field.send_keys(text).await.unwrap();
    }

    /// The element that a CSS selector names, once it is there.
    pub async fn element(&self, selector: &str) -> WebElement {
        let found = self.driver.query(By::Css(selector)).wait(SOON, AGAIN).first().await;
        match found {
            Ok(element) => element,
            Err(error) => self.fail(&format!("{selector} is not there: {error}")).await,
        }
    }

    /// Waits until it is known what a deployment would do.
    pub async fn planned(&self) {
        let script = "return document.querySelector('[aria-labelledby=plan]')?.ariaBusy === 'false'";
        self.until_within("the plan is made", script, LONG).await;
    }

    /// Waits until it is known what would be removed.
    pub async fn removal_planned(&self) {
        let script = "return document.querySelector('[role=alertdialog] .plan li') !== null";
        self.until("the removal is planned", script).await;
    }

    /// Waits until the page shows a message.
    pub async fn sees(&self, id: &str, args: &[(&str, &str)]) {
        self.sees_words(&self.say(id, args), SOON).await;
    }

    /// Waits so long until the page shows a message.
    pub async fn sees_within(&self, id: &str, args: &[(&str, &str)], within: Duration) {
        self.sees_words(&self.say(id, args), within).await;
    }

    /// Waits until the page shows these words.
    pub async fn sees_words(&self, words: &str, within: Duration) {
        let script = format!("return document.body.innerText.includes({})", serde_json::json!(words));
        self.until_within(&format!("it shows “{words}”"), &script, within).await;
    }

    /// Waits until a script returns true.
    pub async fn until(&self, what: &str, script: &str) {
        self.until_within(what, script, SOON).await;
    }

    /// Waits so long until a script returns true.
    pub async fn until_within(&self, what: &str, script: &str, within: Duration) {
        let begun = Instant::now();
        while self.run(script).await != serde_json::Value::Bool(true) {
            if begun.elapsed() > within {
                self.fail(&format!("waited {within:?} until {what}")).await;
            }
            tokio::time::sleep(AGAIN).await;
        }
    }

    /// What a script returns.
    pub async fn run(&self, script: &str) -> serde_json::Value {
        self.driver.execute(script, Vec::new()).await.unwrap().json().clone()
    }

    /// Presses a key where the keyboard stands.
    pub async fn press(&self, key: Key) {
        self.driver.action_chain().send_keys(key).perform().await.unwrap();
    }

    /// Types text where the keyboard stands.
    pub async fn type_text(&self, text: &str) {
        self.driver.action_chain().send_keys(text).perform().await.unwrap();
    }

    /// Presses a key with another held.
    pub async fn press_with(&self, held: Key, key: impl Into<TypingData>) {
        let chain = self.driver.action_chain().key_down(held.clone()).send_keys(key).key_up(held);
        chain.perform().await.unwrap();
    }

    /// Presses Tab until the keyboard stands on the element that says this message.
    pub async fn tab_to(&self, id: &str) {
        let words = self.say(id, &[]);
        for _ in 0..80 {
            let script = format!(
                "const at = document.activeElement; const words = {}; return at !== document.body && (at.innerText?.trim() === words || at.getAttribute('aria-label')?.startsWith(words) || at.labels?.[0]?.innerText.trim() === words)",
                serde_json::json!(words)
            );
            if self.run(&script).await == serde_json::Value::Bool(true) {
                return;
            }
            self.press(Key::Tab).await;
        }
        self.fail(&format!("Tab does not come to “{words}”")).await;
    }

    /// Presses Tab until the keyboard stands on something within what a CSS selector names.
    pub async fn tab_to_within(&self, selector: &str) {
        let script =
            format!("return document.activeElement.closest({}) !== null", serde_json::json!(selector));
        for _ in 0..80 {
            if self.run(&script).await == serde_json::Value::Bool(true) {
                return;
            }
            self.press(Key::Tab).await;
        }
        self.fail(&format!("Tab does not come into {selector}")).await;
    }

    /// Takes a picture of the window. The screen's, since the web driver's own waits for ever while something turns.
    pub async fn picture(&self, name: &str) {
        // What the page says now shall be what is drawn: it is after the frame that follows this one.
        let drawn = "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(done)))";
        self.driver.execute_async(drawn, Vec::new()).await.unwrap();
        ground::picture(&self.screen, &self.pictures.join(format!("{name}.png")));
    }

    /// The screen is as it should be: nothing sticks out at the side, WCAG's rules (2.2, level AA) that a program can
    /// check hold, and so it looks.
    pub async fn shows_well(&self, name: &str) {
        self.picture(name).await;
        self.fits().await;
        self.is_accessible().await;
    }

    async fn is_accessible(&self) {
        let rules = std::fs::read_to_string(root().join("ui/node_modules/axe-core/axe.min.js")).unwrap();
        self.run(&format!("if (!globalThis.axe) {{ const module = undefined; {rules} }}")).await;
        let script = "const done = arguments[0];
            axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'] }).then(
                ({ violations }) => done(violations.map(({ help, nodes }) => [help, nodes.map(({ html }) => html.slice(0, 160))])),
                (error) => done(String(error)))";
        let found = self.driver.execute_async(script, Vec::new()).await.unwrap();
        assert_eq!(*found.json(), serde_json::json!([]), "not accessible to all");
    }

    async fn fits(&self) {
        let wide = self
            .run(
                "return [...document.querySelectorAll('body, main, main *, header, nav')].filter((element) => element.clientWidth > 0 && element.scrollWidth > element.clientWidth + 1 && getComputedStyle(element).overflowX === 'visible' && !element.matches('svg, svg *, input')).map((element) => element.outerHTML.slice(0, 120))",
            )
            .await;
        assert_eq!(wide, serde_json::json!([]), "these stick out");
    }

    /// Ends it. Nothing may have been forbidden by the page's policy.
    pub async fn close(self) {
        let violations = self.run("return globalThis.violations ?? []").await;
        assert_eq!(violations, serde_json::json!([]), "the policy forbade something");
        self.driver.clone().quit().await.unwrap();
    }

    /// Fails with a picture and what the page says.
    async fn fail(&self, why: &str) -> ! {
        self.picture("failed").await;
        let text = self.run("return document.body.innerText").await;
        panic!(
            "{why}; see {}/failed.png; the page says:\n{}",
            self.pictures.display(),
            text.as_str().unwrap_or_default()
        );
    }
}

/// The built window.
fn program() -> PathBuf {
    let program = root().join("target/debug/slipway-window");
    assert!(program.exists(), "{} is not there: cargo build -p slipway", program.display());
    program
}

/// The workspace's folder.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().unwrap()
}

/// Words as XPath quotes them.
fn quoted(words: &str) -> String {
    if words.contains('\'') { format!("\"{words}\"") } else { format!("'{words}'") }
}
