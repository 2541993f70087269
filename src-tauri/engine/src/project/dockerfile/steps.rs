//! The steps of a build, named as BuildKit names them: `[builder 2/5] RUN …`.

use std::collections::BTreeMap;

use super::{Dockerfile, Instruction, Keyword, fault::Fault};

/// A step that BuildKit does and shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The name of its stage, where BuildKit shows one.
    pub stage: Option<String>,
    /// Its number in the stage, from 1.
    pub number: u32,
    /// How many the stage has.
    pub of: u32,
    /// Its line, from 1.
    pub line: u32,
    /// The instruction as it stands, its lines joined.
    pub words: String,
}

impl Dockerfile {
    /// The steps of the stages that building `target` needs, in the order of their lines.
    pub fn steps(&self, target: Option<&str>, args: &BTreeMap<String, String>) -> Result<Vec<Step>, Fault> {
        let mut steps = Vec::new();
        for (stage, fetches) in self.needed(target, args)? {
            let instructions = &self.instructions[self.stages[stage].range.clone()];
            let shown: Vec<_> = instructions
                .iter()
                .filter(|instruction| match instruction.keyword {
                    Keyword::From => true,
                    keyword => {
                        matches!(keyword, Keyword::Add | Keyword::Copy | Keyword::Run | Keyword::Workdir)
                    }
                })
                .collect();
            let shown = if fetches { &shown[..] } else { &shown[1..] };
            let name = self.stages[stage].name.clone().unwrap_or_else(|| format!("stage-{stage}"));
            let of = u32::try_from(shown.len()).unwrap_or(u32::MAX);
            steps.extend((1..).zip(shown).map(|(number, instruction)| Step {
                stage: (self.stages.len() > 1).then(|| name.clone()),
                number,
                of,
                line: instruction.line,
                words: words(instruction),
            }));
        }
        Ok(steps)
    }

    /// The step that BuildKit calls by this name, such as `[builder 2/5] RUN pip install`.
    pub fn step_named<'s>(steps: &'s [Step], name: &str) -> Option<&'s Step> {
        let (label, _) = name.strip_prefix('[')?.split_once(']')?;
        let (stage, place) = match label.rsplit_once(' ') {
            Some((stage, place)) => (stage.trim_end().rsplit(' ').next(), place),
            None => (None, label),
        };
        let (number, of) = place.split_once('/')?;
        let (number, of): (u32, u32) = (number.parse().ok()?, of.parse().ok()?);
        // Without a name in front, what stands there is padding.
        let stage = stage.filter(|stage| !stage.is_empty());
        let mut candidates = steps.iter().filter(|step| step.stage.as_deref() == stage);
        // The base image's ONBUILD instructions come after FROM and are not in this file.
        candidates.find(|step| {
            let more = of.saturating_sub(step.of);
            step.of <= of && (if step.number == 1 { number == 1 } else { number == step.number + more })
        })
    }
}

/// An instruction in one line.
fn words(instruction: &Instruction) -> String {
    let mut words = vec![instruction.keyword.name().to_owned()];
    for flag in &instruction.flags {
        words.push(match &flag.value {
            Some(value) => format!("--{}={value}", flag.name),
            None => format!("--{}", flag.name),
        });
    }
    words.extend(instruction.arguments.split_whitespace().map(str::to_owned));
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO: &str = "FROM python:3.13 AS deps\nWORKDIR /w\nRUN pip \\\n  install x\n\
                       FROM deps AS unused\nRUN unused\n\
                       FROM scratch\nENV A=1\nCOPY --from=deps /w /w\nCOPY . .\n";

    fn steps(text: &str) -> Vec<Step> {
        Dockerfile::parse(text).unwrap().steps(None, &BTreeMap::new()).unwrap()
    }

    #[test]
    fn the_steps_of_the_needed_stages_are_known_before_the_build() {
        let shown: Vec<_> = steps(TWO)
            .into_iter()
            .map(|step| {
                format!("{} [{} {}/{}] {}", step.line, step.stage.unwrap(), step.number, step.of, step.words)
            })
            .collect();
        assert_eq!(
            shown,
            [
                "1 [deps 1/3] FROM python:3.13 AS deps",
                "2 [deps 2/3] WORKDIR /w",
                "3 [deps 3/3] RUN pip install x",
                "9 [stage-2 1/2] COPY --from=deps /w /w",
                "10 [stage-2 2/2] COPY . .",
            ]
        );
    }

    #[test]
    fn a_name_of_buildkits_leads_to_the_line() {
        let (one, two) = (steps("FROM a\nENV A=1\nRUN x\nRUN y\n"), steps(TWO));
        for (steps, name, line) in [
            (&one, "[1/3] FROM docker.io/library/a", Some(1)),
            (&one, "[3/3] RUN y", Some(4)),
            (&one, "[ 3/3] RUN y", Some(4)),
            (&one, "[3/4] RUN x", Some(3)), // one ONBUILD of the base
            (&one, "[2/4] ONBUILD RUN z", None),
            (&two, "[deps 3/3] RUN pip install x", Some(3)),
            (&two, "[linux/amd64 deps 3/3] RUN pip install x", Some(3)),
            (&two, "[stage-2 1/2] COPY --from=deps /w /w", Some(9)),
            (&two, "[internal] load build context", None),
            (&two, "exporting to image", None),
        ] {
            assert_eq!(Dockerfile::step_named(steps, name).map(|step| step.line), line, "{name}");
        }
    }
}
