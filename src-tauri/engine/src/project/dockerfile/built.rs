//! What the image of one stage will be: the base it stands on, and the settings its instructions leave.

use std::{
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

use super::{
    Dockerfile,
    fault::{Fault, What},
    instruction::{Command, Instruction, Keyword, command},
    variables, words,
};
use crate::project::patterns::clean;

/// The longest path that Linux takes.
const PATH_AT_MOST: usize = 4096;

/// A value and the line that sets it, from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lined<T> {
    /// The value.
    pub value: T,
    /// The line.
    pub line: u32,
}

/// The settled stage. What the base image sets is not in it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Built {
    /// The image that the stage stands on in the end, such as `python:3.13-slim` or `scratch`.
    pub base: Option<Lined<String>>,
    /// The TCP ports that it exposes, in order.
    pub exposed: Vec<Lined<u16>>,
    /// `ENTRYPOINT`.
    pub entrypoint: Option<Lined<Command>>,
    /// `CMD`, unless a later `ENTRYPOINT` voids it.
    pub command: Option<Lined<Command>>,
    /// `USER`.
    pub user: Option<Lined<String>>,
    /// `WORKDIR`, relative ones joined.
    pub workdir: Option<Lined<String>>,
    /// The command of `HEALTHCHECK`.
    pub healthcheck: Option<Lined<Command>>,
    /// `ENV`, expanded.
    pub env: BTreeMap<String, Lined<String>>,
    /// What it and the stages that it needs copy from the context, in order.
    pub copied: Vec<Copied>,
}

/// The sources of a `COPY` or `ADD` from the context, or of a `RUN --mount` of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copied {
    /// Paths and patterns of the context, and URLs for `ADD`; variables expanded.
    pub sources: Vec<String>,
    /// Where they go.
    pub destination: String,
    /// The line.
    pub line: u32,
}

/// The variables in sight: the stage's own over those of the stage below.
#[derive(Default)]
struct Variables {
    below: Option<Rc<Variables>>,
    args: BTreeMap<String, String>,
    env: BTreeMap<String, Lined<String>>,
}

impl Variables {
    fn over(below: Option<Rc<Self>>) -> Self {
        Self { below, ..Self::default() }
    }

    /// This stage's and those below, the nearest first.
    fn layers(&self) -> impl Iterator<Item = &Self> {
        std::iter::successors(Some(self), |variables| variables.below.as_deref())
    }

    /// `ENV` beats `ARG`, wherever it stands.
    fn value(&self, name: &str) -> Option<&str> {
        let env = self.layers().find_map(|layer| layer.env.get(name)).map(|value| &*value.value);
        env.or_else(|| self.layers().find_map(|layer| layer.args.get(name)).map(|value| &**value))
    }

    fn all_env(&self) -> BTreeMap<String, Lined<String>> {
        let mut all = BTreeMap::new();
        for layer in self.layers() {
            for (name, value) in &layer.env {
                all.entry(name.clone()).or_insert_with(|| value.clone());
            }
        }
        all
    }
}

impl Dockerfile {
    /// Settles the stage `target` (its name or number; `None`: the last) with these build arguments.
    pub fn built(&self, target: Option<&str>, args: &BTreeMap<String, String>) -> Result<Built, Fault> {
        let wanted = self.wanted(target)?;
        let mut settling = Settling::of(self, args)?;
        let (mut built, mut copied) = settling.settle(wanted)?;
        built.base = settling.base.take();
        built.env = settling.settled.get(&wanted).map(|variables| variables.all_env()).unwrap_or_default();
        // What the needed stages copy is read too; what no stage needs is never built.
        let mut seen = BTreeSet::from([wanted]);
        let mut needed = self.used_by(wanted);
        while let Some(stage) = needed.pop_last() {
            if seen.insert(stage) {
                copied.extend(settling.settle(stage)?.1);
                needed.extend(self.used_by(stage));
            }
        }
        copied.sort_by_key(|copy| copy.line);
        built.copied = copied;
        Ok(built)
    }

    /// The stages that building `target` needs, each with whether it begins with an image that is fetched: with
    /// neither an earlier stage nor nothing at all.
    pub(super) fn needed(
        &self,
        target: Option<&str>,
        args: &BTreeMap<String, String>,
    ) -> Result<BTreeMap<usize, bool>, Fault> {
        let settling = Settling::of(self, args)?;
        let mut needed = BTreeMap::new();
        let mut more = BTreeSet::from([self.wanted(target)?]);
        while let Some(stage) = more.pop_last() {
            let (chain, base) = settling.chain(stage)?;
            more.extend(chain.get(1));
            more.extend(self.used_by(stage));
            more.retain(|stage| !needed.contains_key(stage));
            needed.insert(stage, chain.len() == 1 && base.value != "scratch");
        }
        Ok(needed)
    }

    /// The stage to build.
    fn wanted(&self, target: Option<&str>) -> Result<usize, Fault> {
        let Some(target) = target else { return Ok(self.stages.len() - 1) };
        self.stage_before(target, self.stages.len()).ok_or_else(|| Fault {
            line: 0,
            what: What::TargetMissing {
                target: target.to_owned(),
                stages: self.stage_names().map(str::to_owned).collect(),
            },
        })
    }

    /// The stages that `stage` names in `FROM`, `COPY --from` and `RUN --mount=from`.
    fn used_by(&self, stage: usize) -> BTreeSet<usize> {
        let mut used = BTreeSet::new();
        for instruction in &self.instructions[self.stages[stage].range.clone()] {
            let mut names: Vec<&str> = instruction.flag("from").into_iter().collect();
            if instruction.keyword == Keyword::From {
                names.extend(instruction.arguments.split_whitespace().next());
            }
            for flag in instruction.flags.iter().filter(|flag| flag.name == "mount") {
                let options = flag.value.as_deref().unwrap_or_default().split(',');
                names.extend(options.filter_map(|option| option.strip_prefix("from=")));
            }
            used.extend(names.into_iter().filter_map(|name| self.stage_before(name, stage)));
        }
        used
    }
}

/// Stages being settled; each is gone through once, and once more where it belongs to the wanted one's chain.
struct Settling<'a> {
    dockerfile: &'a Dockerfile,
    args: &'a BTreeMap<String, String>,
    globals: Variables,
    settled: BTreeMap<usize, Rc<Variables>>,
    /// The image below the stage that was settled last.
    base: Option<Lined<String>>,
}

impl<'a> Settling<'a> {
    fn of(dockerfile: &'a Dockerfile, args: &'a BTreeMap<String, String>) -> Result<Self, Fault> {
        let mut settling =
            Self { dockerfile, args, globals: Variables::default(), settled: BTreeMap::new(), base: None };
        settling.declare_globals()?;
        Ok(settling)
    }

    /// `ARG` before the first `FROM`, and what docker sets by itself.
    fn declare_globals(&mut self) -> Result<(), Fault> {
        let arch = match std::env::consts::ARCH {
            "x86_64" => "amd64",
            "aarch64" => "arm64",
            other => other,
        };
        let mut globals = Variables::default();
        for side in ["TARGET", "BUILD"] {
            globals.args.insert(format!("{side}PLATFORM"), format!("linux/{arch}"));
            globals.args.insert(format!("{side}OS"), "linux".to_owned());
            globals.args.insert(format!("{side}ARCH"), arch.to_owned());
        }
        let first = self.dockerfile.stages.first().map_or(0, |stage| stage.range.start);
        for instruction in &self.dockerfile.instructions[..first] {
            self.declare(instruction, &mut globals)?;
        }
        self.globals = globals;
        Ok(())
    }

    /// One `ARG` instruction.
    fn declare(&self, instruction: &Instruction, variables: &mut Variables) -> Result<(), Fault> {
        for word in words::split(&instruction.arguments, self.dockerfile.directives.escape) {
            let (name, default) =
                word.split_once('=').map_or((word, None), |(name, value)| (name, Some(value)));
            let value = match (self.args.get(name), default) {
                (Some(given), _) => Some(given.clone()),
                (None, Some(default)) => Some(self.expand(default, instruction.line, variables)?),
                (None, None) => self.globals.args.get(name).cloned(),
            };
            if let Some(value) = value {
                variables.args.insert(name.to_owned(), value);
            }
        }
        Ok(())
    }

    fn expand(&self, word: &str, line: u32, variables: &Variables) -> Result<String, Fault> {
        variables::expand(word, self.dockerfile.directives.escape, &|name| variables.value(name))
            .map_err(|what| Fault { line, what })
    }

    /// The stages on which `stage` stands, itself first, and the image below them.
    fn chain(&self, stage: usize) -> Result<(Vec<usize>, Lined<String>), Fault> {
        let mut chain = vec![stage];
        let mut at = stage;
        loop {
            let from = &self.dockerfile.instructions[self.dockerfile.stages[at].range.start];
            let words = from.arguments.split_whitespace().next().unwrap_or_default();
            let base = self.expand(words, from.line, &self.globals)?;
            if base.trim().is_empty() {
                return Err(Fault { line: from.line, what: What::BaseBlank { words: words.to_owned() } });
            }
            // A number names a stage in COPY --from, never in FROM.
            match self.dockerfile.stage_before(&base, at).filter(|_| base.parse::<usize>().is_err()) {
                Some(below) => {
                    chain.push(below);
                    at = below;
                }
                None => return Ok((chain, Lined { value: base, line: from.line })),
            }
        }
    }

    /// What the stage leaves, and what it copies from the context itself.
    fn settle(&mut self, stage: usize) -> Result<(Built, Vec<Copied>), Fault> {
        let (chain, base) = self.chain(stage)?;
        self.base = Some(base);
        let mut built = Built::default();
        // Only the first stage that is settled needs more than the variables of those below it.
        let known = chain[1..]
            .iter()
            .position(|below| self.settled.contains_key(below))
            .map_or(chain.len(), |at| at + 1);
        let mut below = chain.get(known).and_then(|below| self.settled.get(below)).cloned();
        for &at in chain[..known].iter().rev() {
            built.copied.clear();
            let mut variables = Variables::over(below.take());
            let mut own_command = false;
            for instruction in &self.dockerfile.instructions[self.dockerfile.stages[at].range.clone()] {
                match instruction.keyword {
                    Keyword::Arg => self.declare(instruction, &mut variables)?,
                    Keyword::Cmd => own_command = true,
                    // An ENTRYPOINT voids the CMD that came from below.
                    Keyword::Entrypoint if !own_command => built.command = None,
                    _ => {}
                }
                self.apply(instruction, &mut built, &mut variables)?;
            }
            let variables = Rc::new(variables);
            self.settled.insert(at, variables.clone());
            below = Some(variables);
        }
        let copied = std::mem::take(&mut built.copied);
        Ok((built, copied))
    }

    fn apply(
        &self,
        instruction: &Instruction,
        built: &mut Built,
        variables: &mut Variables,
    ) -> Result<(), Fault> {
        let line = instruction.line;
        match instruction.keyword {
            Keyword::Env => {
                // All pairs of one instruction see the values from before it.
                let mut set = Vec::new();
                for pair in words::pairs(&instruction.arguments, self.dockerfile.directives.escape) {
                    let Ok((name, value)) = pair else { continue };
                    let name = self.expand(name, line, variables)?;
                    set.push((name, Lined { value: self.expand(value, line, variables)?, line }));
                }
                variables.env.extend(set);
            }
            Keyword::Expose => {
                for word in instruction.list() {
                    for port in self.expand(&word, line, variables)?.split_whitespace() {
                        built.exposed.extend(exposed(port, line)?);
                    }
                }
            }
            Keyword::Entrypoint => {
                built.entrypoint =
                    Some(instruction.command()).filter(not_empty).map(|value| Lined { value, line });
            }
            Keyword::Cmd => {
                built.command =
                    Some(instruction.command()).filter(not_empty).map(|value| Lined { value, line });
            }
            Keyword::User => {
                built.user =
                    Some(Lined { value: self.expand(&instruction.arguments, line, variables)?, line });
            }
            Keyword::Workdir => {
                let path = self.expand(&instruction.arguments, line, variables)?;
                let value = match &built.workdir {
                    _ if path.starts_with('/') => path,
                    Some(before) => clean(&format!("{}/{path}", before.value)),
                    None => clean(&format!("/{path}")),
                };
                if value.len() > PATH_AT_MOST {
                    return Err(Fault { line, what: What::ValueTooLong { name: "WORKDIR".to_owned() } });
                }
                built.workdir = Some(Lined { value, line });
            }
            Keyword::Healthcheck => {
                let (_, rest) = instruction.arguments.split_once(char::is_whitespace).unwrap_or_default();
                // NONE has nothing after it
                let rest = Some(rest.trim()).filter(|rest| !rest.is_empty());
                built.healthcheck = rest.map(|rest| Lined { value: command(rest), line });
            }
            Keyword::Run => {
                // A mount shows a part of the context to the command.
                for flag in instruction.flags.iter().filter(|flag| flag.name == "mount") {
                    let options = self.expand(flag.value.as_deref().unwrap_or_default(), line, variables)?;
                    let option = |names: [&str; 2]| {
                        let pairs = options.split(',').filter_map(|option| option.split_once('='));
                        pairs.filter(|(name, _)| names.contains(name)).map(|(_, value)| value).next_back()
                    };
                    if option(["type"; 2]).is_none_or(|kind| kind == "bind") && option(["from"; 2]).is_none()
                    {
                        let sources = vec![option(["source", "src"]).unwrap_or("/").to_owned()];
                        let destination = option(["target", "dst"]).unwrap_or_default().to_owned();
                        built.copied.push(Copied { sources, destination, line });
                    }
                }
            }
            Keyword::Copy | Keyword::Add if instruction.flag("from").is_none() => {
                let mut sources = Vec::new();
                let mut words = instruction.list();
                let destination = self.expand(&words.pop().unwrap_or_default(), line, variables)?;
                let heredocs: BTreeSet<_> =
                    instruction.heredocs.iter().map(|doc| doc.name.as_str()).collect();
                for word in words {
                    let name =
                        word.trim_start_matches("<<").trim_start_matches('-').trim_matches(['"', '\'']);
                    if word.starts_with("<<") && heredocs.contains(name) {
                        continue;
                    }
                    sources.push(self.expand(&word, line, variables)?);
                }
                if !sources.is_empty() {
                    built.copied.push(Copied { sources, destination, line });
                }
            }
            _ => {}
        }
        Ok(())
    }
}

/// An empty list voids what was set before; an empty line is still given to a shell.
fn not_empty(command: &Command) -> bool {
    !matches!(command, Command::Exec(words) if words.is_empty())
}

/// The TCP ports of one word of `EXPOSE`: a port or a range, with its protocol.
fn exposed(word: &str, line: u32) -> Result<Vec<Lined<u16>>, Fault> {
    let fault = || Fault { line, what: What::Port { word: word.to_owned() } };
    let (ports, protocol) = word.split_once('/').unwrap_or((word, "tcp"));
    let (first, last) = ports.split_once('-').unwrap_or((ports, ports));
    let (first, last): (u16, u16) = (first.parse().map_err(|_| fault())?, last.parse().map_err(|_| fault())?);
    if first > last {
        return Err(fault());
    }
    if !protocol.eq_ignore_ascii_case("tcp") {
        return Ok(Vec::new());
    }
    // Of a range, the first few are enough to know.
    Ok((first..=last).take(16).map(|value| Lined { value, line }).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn built(text: &str) -> Built {
        Dockerfile::parse(text).unwrap().built(None, &BTreeMap::new()).unwrap()
    }

    fn with(text: &str, target: Option<&str>, args: &[(&str, &str)]) -> Result<Built, Fault> {
        let args = args.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Dockerfile::parse(text).unwrap().built(target, &args)
    }

    #[test]
    fn the_base_is_what_the_built_stage_stands_on_in_the_end() {
        for (text, target, args, base) in [
            ("FROM a", None, &[][..], "a"),
            ("ARG V=3.13\nFROM python:$V-slim", None, &[], "python:3.13-slim"),
            ("ARG V=3.13\nFROM python:$V-slim", None, &[("V", "3.14")], "python:3.14-slim"),
            ("ARG A=x\nARG B=$A-y\nFROM ${B}", None, &[], "x-y"),
            ("FROM a AS Deps\nFROM deps", None, &[], "a"),
            ("FROM a AS x\nFROM b AS y\nFROM x", None, &[], "a"),
            ("FROM a AS x\nFROM b AS y\nFROM c", Some("Y"), &[], "b"),
            ("FROM a AS x\nFROM b AS y\nFROM c", Some("0"), &[], "a"),
            ("FROM a AS a\nFROM a", None, &[], "a"),
            ("FROM a AS x\nFROM b AS x\nFROM x", None, &[], "b"),
            ("FROM --platform=$BUILDPLATFORM a AS x\nFROM scratch", None, &[], "scratch"),
        ] {
            let built = with(text, target, args).unwrap();
            assert_eq!(built.base.unwrap().value, base, "{text} {target:?}");
        }
    }

    #[test]
    fn settings_come_from_the_stages_below_and_the_last_one_counts() {
        let built = built(
            "FROM a AS base\nENV PORT=8000 A=1\nEXPOSE 80\nUSER root\nWORKDIR /app\nCMD [\"below\"]\n\
             FROM base\nWORKDIR src\nEXPOSE $PORT/tcp 53/udp\nUSER app\nENTRYPOINT [\"python\"]\n\
             HEALTHCHECK --interval=5s CMD curl x\n",
        );
        let ports: Vec<_> = built.exposed.iter().map(|port| (port.value, port.line)).collect();
        assert_eq!(ports, [(80, 3), (8000, 9)]);
        assert_eq!(built.user, Some(Lined { value: "app".into(), line: 10 }));
        assert_eq!(built.workdir.unwrap().value, "/app/src");
        assert_eq!(built.entrypoint.unwrap().line, 11);
        assert_eq!(built.command, None, "ENTRYPOINT voids the CMD from below");
        assert_eq!(built.healthcheck.unwrap().value, Command::Shell("curl x".into()));
        assert_eq!(built.env["A"], Lined { value: "1".into(), line: 2 });
    }

    #[test]
    fn a_command_of_the_same_stage_stays_beside_its_entrypoint() {
        let built = built("FROM a\nCMD [\"x\"]\nENTRYPOINT [\"y\"]\n");
        assert!(built.command.is_some() && built.entrypoint.is_some());
    }

    #[test]
    fn arguments_are_in_sight_only_where_docker_puts_them() {
        let text = "ARG V=1\nFROM a\nENV SEEN=[$V]\nARG V\nENV THEN=[$V]\nARG W=2\nENV W=3\nENV LAST=$W\n";
        let built = built(text);
        let values: Vec<_> = ["SEEN", "THEN", "LAST"].map(|name| built.env[name].value.clone()).into();
        assert_eq!(values, ["[]", "[1]", "3"]);
    }

    #[test]
    fn pairs_of_one_env_see_the_values_from_before_it() {
        let built = built("FROM a\nENV A=1\nENV A=2 B=$A\nENV OLD a  b\n");
        assert_eq!(built.env["B"].value, "1");
        assert_eq!(built.env["OLD"].value, "a  b");
    }

    #[test]
    fn copies_of_needed_stages_are_known_and_no_others() {
        let built = built(
            "FROM a AS unused\nCOPY never /\nFROM a AS deps\nARG R=requirements.txt\nCOPY $R /\n\
             FROM b\nCOPY --from=deps /x /x\nCOPY [\"my app.py\", \"/\"]\nCOPY <<EOF /etc/x\nhi\nEOF\nADD . /app\n",
        );
        let copied: Vec<_> = built.copied.iter().map(|copy| (copy.sources.join(","), copy.line)).collect();
        assert_eq!(copied, [("requirements.txt".into(), 5), ("my app.py".into(), 8), (".".into(), 12)]);
    }

    #[test]
    fn a_mount_of_the_context_is_read_too() {
        let built = built(
            "FROM a AS x\nFROM a\nARG R=requirements.txt\n\
             RUN --mount=type=bind,source=$R,target=/r.txt --mount=type=cache,target=/c pip install -r /r.txt\n\
             RUN --mount=target=/all ls /all\nRUN --mount=type=bind,from=x,source=/y,target=/y ls\n",
        );
        let copied: Vec<_> = built.copied.iter().map(|copy| (copy.sources.join(","), copy.line)).collect();
        assert_eq!(copied, [("requirements.txt".into(), 4), ("/".into(), 5)]);
    }

    #[test]
    fn faults_of_values_have_their_line() {
        for (text, line, what) in [
            ("FROM $NONE", 1, What::BaseBlank { words: "$NONE".into() }),
            ("FROM a\nEXPOSE http", 2, What::Port { word: "http".into() }),
            ("FROM a\nEXPOSE 90-80", 2, What::Port { word: "90-80".into() }),
            ("FROM a\nENV A=${", 2, What::Substitution { words: "${".into() }),
        ] {
            assert_eq!(with(text, None, &[]), Err(Fault { line, what }), "{text}");
        }
        let missing = with("FROM a AS x\nFROM b", Some("y"), &[]).unwrap_err();
        assert_eq!(missing.what, What::TargetMissing { target: "y".into(), stages: vec!["x".into()] });
    }

    #[test]
    fn values_that_double_with_every_line_end_in_a_fault_not_in_memory() {
        let text = format!("FROM a\nENV A=xx\n{}", "ENV A=$A$A\n".repeat(100));
        assert!(matches!(with(&text, None, &[]), Err(Fault { what: What::ValueTooLong { .. }, .. })));
    }

    #[test]
    fn any_input_ends_in_a_result_soon() {
        let begun = std::time::Instant::now();
        let mut hostile = vec![
            "FROM a\n".repeat(20_000),
            format!("FROM a AS s\n{}", "FROM s AS s\n".repeat(255)),
            format!(
                "FROM a AS s\n{}",
                "FROM s AS s\nCOPY a b\nCOPY --from=s a b\nENV A=1 B=$A\n".repeat(255)
            ),
            format!("{}FROM a AS s\n{}", "ARG A=1\n".repeat(90_000), "FROM s AS s\nCOPY a b\n".repeat(255)),
            format!("FROM a AS s\n{}{}", "ENV A=1\n".repeat(90_000), "FROM s AS s\nCOPY a b\n".repeat(255)),
            format!("FROM a\n{}", "WORKDIR a\n".repeat(100_000)),
            format!("FROM a\nENV {}", "A=1 ".repeat(15_000)),
            format!("FROM a\nRUN {}", "<<E ".repeat(16_000)),
            format!("FROM a\n{}", "RUN \\\n".repeat(50_000)),
            "FROM \u{0}\u{fffd}\nEXPOSE \u{1f600}".to_owned(),
        ];
        // Slices of a good one: whatever is cut off, nothing panics.
        let good = "# escape=`\nARG V=1\nFROM a:${V:-2} AS b\nRUN <<-\"E\" x\ny\nE\nENV A=\"b c\" D='é'\nEXPOSE 1-2/tcp\n";
        hostile.extend((0..good.len()).filter_map(|at| good.get(..at).map(str::to_owned)));
        for text in hostile {
            let _ = Dockerfile::parse(&text).and_then(|dockerfile| dockerfile.built(None, &BTreeMap::new()));
        }
        assert!(begun.elapsed().as_secs() < 10, "{:?}", begun.elapsed());
    }
}
