//! Dockerfiles read by us and built by the engine mean the same: what it refuses, we refuse, and what it builds has
//! the settings that we read.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a failed expectation is a failed test

use std::{collections::BTreeMap, sync::Arc};

use bollard_stubs::models::ImageConfig;
use futures_util::{StreamExt, stream};
use serde_json::{Value, json};
use slipway_engine::{
    docker::{
        Engine, Surroundings,
        build::{self, Order},
        images,
    },
    event::Teller,
    project::{
        content::Source,
        dockerfile::{Built, Command, Dockerfile},
    },
};

/// One Dockerfile a case. All stand on `scratch`, so that nothing is pulled and nothing runs.
const CASES: &[&str] = &[
    // ports
    "FROM scratch\nEXPOSE 80 443/tcp 53/udp 8000-8003\n",
    "FROM scratch\nEXPOSE $P\n",
    "FROM scratch\nENV P=80\nEXPOSE ${P}/tcp $P\n",
    "FROM scratch\nENV P=\"80 81\"\nEXPOSE $P\n",
    "FROM scratch\nEXPOSE http\n",
    "FROM scratch\nEXPOSE 99999\n",
    "FROM scratch\nEXPOSE 90-80\n",
    "FROM scratch\nEXPOSE 0\n",
    "FROM scratch\nEXPOSE 80/TCP\n",
    "FROM scratch\nEXPOSE\n",
    // variables
    "FROM scratch\nENV A=1 B=\"x y\" C='$A' D=$A E=${A:-z} F=${N:-d} G=${A:+p} H=a\\ b\nENV OLD a  b $A\n",
    "ARG V=1\nFROM scratch\nENV X=[$V]\nARG V\nENV Y=[$V]\nARG W=2\nENV W=3\nENV Z=$W\n",
    "ARG A=a\nARG B=${A}b\nFROM scratch\nARG B\nENV X=$B\n",
    "FROM scratch AS x\nARG Q=1\nFROM x\nENV R=[$Q]\n",
    "FROM scratch\nARG A B=2 C=\nENV X=[$A$B$C]\n",
    "FROM scratch\nENV A=$ B=$$ C=$1x D=\"\\n\" E=\"a\\\"b\" F='a\\b'\n",
    "FROM scratch\nENV A=abc.def.ghi\nENV B=${A%.*} C=${A%%.*} D=${A#*.} E=${A##*.} F=${A/def/x} G=${A//./-}\n",
    "FROM scratch\nENV X=${Y:-${Z:-q}}\n",
    "FROM scratch\nENV X=\"${A:-'q'}\"\n",
    "FROM scratch\nENV X=${A:-\"q r\"}\n",
    "FROM scratch\nENV A='b'\"c\"d\n",
    "FROM scratch\nENV \"A B\"=1\n",
    "FROM scratch\nENV A = 1\n",
    "FROM scratch\nENV A= 1\n",
    "FROM scratch\nENV A\n",
    "FROM scratch\nENV A=1 B\n",
    "FROM scratch\nENV =1\n",
    "FROM scratch\nENV A=\"x\n",
    "FROM scratch\nENV A=${\n",
    "FROM scratch\nENV A=${x!y}\n",
    "FROM scratch\nENV A=${x:?wanted}\n",
    "FROM scratch\nARG =1\n",
    "FROM scratch\nARG\n",
    "FROM --platform=$BUILDPLATFORM scratch\nARG TARGETARCH\nENV T=$TARGETARCH\n",
    "FROM scratch\nENV T=[$TARGETARCH]\n",
    // commands
    "FROM scratch\nCMD [\"a\",\"b c\"]\nENTRYPOINT [\"e\"]\n",
    "FROM scratch AS b\nCMD [\"a\"]\nFROM b\nENTRYPOINT [\"e\"]\n",
    "FROM scratch\nENTRYPOINT e x\nCMD [\"a\"]\n",
    "FROM scratch\nCMD ['a','b']\n",
    "FROM scratch\nCMD [\"a\" \"b\"]\n",
    "FROM scratch\nCMD [\"\"]\n",
    "FROM scratch\nCMD\n",
    "FROM scratch\nENTRYPOINT\n",
    "FROM scratch\nENTRYPOINT []\nCMD []\n",
    "FROM scratch\nCMD echo \"a\n",
    "FROM scratch\nCMD [ \"a\", \\\n \"b\" ]\n",
    "FROM scratch\nHEALTHCHECK --interval=5s CMD curl x\n",
    "FROM scratch\nHEALTHCHECK NONE\n",
    "FROM scratch\nHEALTHCHECK\n",
    "FROM scratch\nHEALTHCHECK CMD\n",
    "FROM scratch\nHEALTHCHECK curl\n",
    "FROM scratch\nSHELL x\n",
    "FROM scratch\nSHELL []\n",
    "FROM scratch\nONBUILD RUN x\n",
    "FROM scratch\nONBUILD FROM x\n",
    "FROM scratch\nONBUILD ONBUILD RUN x\n",
    "FROM scratch\nONBUILD\n",
    // user and folder
    "FROM scratch\nUSER \"a b\"\n",
    "FROM scratch\nENV U=9\nUSER $U\n",
    "FROM scratch\nUSER\n",
    "FROM scratch\nUSER a b\n",
    "FROM scratch\nWORKDIR /a\nWORKDIR b\nWORKDIR c/d\n",
    "FROM scratch\nWORKDIR \"/a b\"\n",
    "FROM scratch\nWORKDIR a b\n",
    "FROM scratch\nWORKDIR\n",
    "FROM scratch\nWORKDIR /a/../b/./c//d\n",
    "FROM scratch\nWORKDIR /a\nWORKDIR ../c\n",
    "FROM scratch\nWORKDIR /a\nWORKDIR $N\n",
    // stages
    "FROM scratch AS Foo\nUSER 5\nFROM scratch AS bar\nFROM foo\n",
    "FROM scratch AS a\nUSER 1\nFROM scratch AS a\nUSER 2\nFROM a\n",
    "FROM scratch AS a.b-c_d\nUSER 1\n",
    "FROM scratch AS 1x\n",
    "FROM scratch AS a/b\n",
    "FROM scratch x\n",
    "FROM scratch as\n",
    "FROM\n",
    "FROM $N\n",
    "FROM ${N:-scratch}\nUSER 1\n",
    "RUN x\nFROM scratch\n",
    "ARG A\n",
    "",
    "# c\n",
    // lines
    "\u{feff}FROM scratch\nUSER 3\n",
    "  FROM scratch\n\tUSER 4\n",
    "from scratch\r\nuser 4\r\n",
    "FROM scratch\nCMD a \\\n# comment\n\n  b\nUSER u\n",
    "FROM scratch\nENV A=1 \\\n  # comment\n  B=2\n",
    "FROM scratch\nENV A=1\\\nB=2\n",
    "FROM scratch\nENV A=1 \\\n\n\nB=3\n",
    "FROM scratch\nENV A=1 \\\n\n\nUSER 3\n",
    "# escape=`\nFROM scratch\nENV A=c:\\x B=`$x\nCMD a `\n b\n",
    "#escape=`\nFROM scratch\nUSER a`\nb\n",
    "# foo=bar\n# escape=`\nFROM scratch\nUSER a`\n",
    "# check=skip=all\n# escape=`\nFROM scratch\nCMD a `\n b\n",
    "# escape=x\nFROM scratch\n",
    "# escape=\\\n# escape=\\\nFROM scratch\n",
    "FROM scratch\nFOO\n",
    "FROM scratch\nLABEL a\n",
    "FROM scratch\nLABEL a=b c\n",
    "FROM scratch\nSTOPSIGNAL\n",
    "FROM scratch\nMAINTAINER\n",
    "FROM scratch\nMAINTAINER a b\n",
    // copies and here-documents
    "FROM scratch\nCOPY a\n",
    "FROM scratch\nCOPY\n",
    "FROM scratch\nCOPY <<EOF /x\nhi $A\nEOF\nCMD [\"x\"]\n",
    "FROM scratch\nCOPY <<-'EOF' <<Y /x/\n\thi\n\tEOF\ny\nY\nUSER 7\n",
    "FROM scratch\nCOPY <<EOF /x\nhi\n",
];

#[tokio::test(flavor = "multi_thread")]
async fn what_we_read_is_what_the_engine_builds() {
    let engine = Engine::find().await.unwrap();
    let engine = &engine;
    let differences: Vec<String> = stream::iter(CASES.iter().enumerate())
        .map(|(number, case)| async move {
            let theirs = theirs(engine, number, case).await;
            let ours = ours(case);
            (ours != theirs).then(|| format!("{case:?}\n  ours:   {ours}\n  theirs: {theirs}"))
        })
        .buffered(4)
        .filter_map(std::future::ready)
        .collect()
        .await;
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

/// What our reading says the image will be; `refused` when we refuse the file.
fn ours(case: &str) -> Value {
    let Ok(built) = Dockerfile::parse(case).and_then(|parsed| parsed.built(None, &BTreeMap::new())) else {
        return json!("refused");
    };
    let Built { exposed, entrypoint, command, user, workdir, healthcheck, env, .. } = built;
    let mut ports: Vec<_> = exposed.iter().map(|port| port.value).collect();
    ports.sort_unstable();
    ports.dedup();
    let words = |command: &Command| match command {
        Command::Exec(words) => json!(words),
        Command::Shell(line) => json!(["/bin/sh", "-c", line]),
    };
    let check = |command: &Command| match command {
        Command::Exec(words) => json!([&["CMD".to_owned()][..], words].concat()),
        Command::Shell(line) => json!(["CMD-SHELL", line]),
    };
    json!({
        "ports": ports,
        "entrypoint": entrypoint.map(|entrypoint| words(&entrypoint.value)),
        "command": command.map(|command| words(&command.value)),
        "user": user.map(|user| user.value).unwrap_or_default(),
        "workdir": workdir.map_or_else(|| "/".to_owned(), |workdir| workdir.value),
        "healthcheck": healthcheck.map(|command| check(&command.value)),
        "env": env.into_iter().map(|(name, value)| (name, value.value)).collect::<BTreeMap<_, _>>(),
    })
}

/// What the engine makes of it.
async fn theirs(engine: &Engine, number: usize, case: &str) -> Value {
    let folder = tempfile::tempdir().unwrap();
    let dockerfile = folder.path().join("Dockerfile");
    std::fs::write(&dockerfile, case).unwrap();
    let source = Source {
        context: folder.path().to_owned(),
        dockerfile,
        dockerfile_shown: "Dockerfile".into(),
        target: None,
        args: BTreeMap::new(),
        platform: format!("linux/{}", engine.arch),
    };
    let tag = format!("dockerfile-cases:{number}");
    let order = Order {
        source: &source,
        steps: Vec::new(),
        tag: &tag,
        // Two cases may make the same image; a label keeps them apart.
        labels: BTreeMap::from([("case".to_owned(), number.to_string())]),
        shared_key: &tag,
        still_same: Arc::new(|_| Ok(())),
        surroundings: Surroundings::here(),
    };
    if build::build(engine, order, &Teller::default()).await.is_err() {
        return json!("refused");
    }
    let image = engine.client.inspect_image(&tag).await.unwrap();
    images::untag(engine, &tag).await.unwrap();
    shown(image.config.unwrap_or_default())
}

fn shown(config: ImageConfig) -> Value {
    let mut ports: Vec<u16> = config
        .exposed_ports
        .unwrap_or_default()
        .iter()
        .filter_map(|port| port.strip_suffix("/tcp")?.parse().ok())
        .collect();
    ports.sort_unstable();
    let env: BTreeMap<_, _> = config
        .env
        .unwrap_or_default()
        .into_iter()
        .filter_map(|pair| pair.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned())))
        .filter(|(name, _)| name != "PATH") // BuildKit's own
        .collect();
    let words = |words: Option<Vec<String>>| words.filter(|words| !words.is_empty());
    let healthcheck = config.healthcheck.and_then(|check| check.test).filter(|test| test != &["NONE"]);
    json!({
        "ports": ports,
        "entrypoint": words(config.entrypoint),
        "command": words(config.cmd),
        "user": config.user.unwrap_or_default(),
        "workdir": config.working_dir.unwrap_or_default(),
        "healthcheck": healthcheck,
        "env": env,
    })
}
