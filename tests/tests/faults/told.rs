//! A problem as a program reads it from `--json`.

use serde_json::Value;
use slipway_tests::slipway::Ran;

/// The one problem that a run told of, and the run.
pub struct Told {
    /// Its code.
    pub code: String,
    /// All of it.
    pub problem: Value,
    /// The run that told of it.
    pub ran: Ran,
}

impl Told {
    /// The problem that a run ended with: exit code 1, told once, and complete.
    pub fn by(ran: Ran) -> Self {
        let ran = ran.ended(1);
        let problems = ran.of("problem");
        let [problem] = problems[..] else { panic!("one problem, not {}:\n{}", problems.len(), ran.out) };
        let told = Self { code: problem["code"].as_str().unwrap().to_owned(), problem: problem.clone(), ran };
        let result = told.ran.result();
        assert_eq!((&result["ok"], &result["problems"]), (&false.into(), &serde_json::json!([told.code])));
        assert!(!told.evidence().is_empty(), "no evidence: {}", told.problem);
        assert!(!told.remedies().is_empty(), "no remedy: {}", told.problem);
        for said in [told.text("summary"), told.text("detail")] {
            assert!(!said.is_empty() && !said.contains("{ $"), "{}", told.problem);
        }
        told
    }

    /// One of its sentences.
    pub fn text(&self, key: &str) -> String {
        self.problem[key].as_str().unwrap().to_owned()
    }

    /// What was seen: sentences with the exact thing below them.
    pub fn evidence(&self) -> Vec<String> {
        texts(&self.problem["evidence"], |evidence| evidence.as_str().unwrap().to_owned())
    }

    /// What to do: sentences with the command below them.
    pub fn remedies(&self) -> Vec<String> {
        texts(&self.problem["remedies"], |remedy| {
            let command = remedy["command"].as_str().map(|command| format!("\n`{command}`"));
            format!("{}{}", remedy["title"].as_str().unwrap(), command.unwrap_or_default())
        })
    }

    /// Fails unless it has this code.
    pub fn is(self, code: &str) -> Self {
        assert_eq!(self.code, code, "{:#}", self.problem);
        self
    }

    /// Fails unless the evidence holds all of these.
    pub fn shows(self, exact: &[&str]) -> Self {
        let evidence = self.evidence().join("\n");
        for exact in exact {
            assert!(evidence.contains(exact), "{exact:?} is not in the evidence: {:#}", self.problem);
        }
        self
    }

    /// Fails unless the summary says all of these.
    pub fn says(self, words: &[&str]) -> Self {
        for word in words {
            assert!(self.text("summary").contains(word), "{word:?} is not said: {:#}", self.problem);
        }
        self
    }

    /// Fails if anything was begun.
    pub fn before_anything_was_done(self) -> Self {
        let actions = self.ran.of("action");
        assert!(actions.is_empty(), "{actions:#?}");
        self
    }

    /// The command that a remedy gives which begins so.
    pub fn command(&self, begins: &str) -> String {
        let commands: Vec<_> = texts(&self.problem["remedies"], |remedy| {
            remedy["command"].as_str().unwrap_or_default().to_owned()
        });
        let found = commands.iter().find(|command| command.starts_with(begins));
        found.unwrap_or_else(|| panic!("no remedy {begins:?} among {commands:?}")).clone()
    }
}

fn texts(values: &Value, text: impl FnMut(&Value) -> String) -> Vec<String> {
    values.as_array().unwrap().iter().map(text).collect()
}
