//! The sandbox image: a process that holds a pod's namespaces and does nothing.

use async_trait::async_trait;
use tokio::process::Command;

use super::{Context, Kitchen, Recipe};
use crate::{error::Result, programs, settings::SANDBOX};

/// As the first process of its namespace it must ask for the signals that end it, and bury the dead.
const PROGRAM: &str = r"#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static void end(int signal) { _exit(0); }

static void bury(int signal) {
	while (waitpid(-1, 0, WNOHANG) > 0) {}
}

int main(void) {
	signal(SIGINT, end);
	signal(SIGTERM, end);
	signal(SIGCHLD, bury);
	for (;;) pause();
}
";

const DOCKERFILE: &str = "FROM scratch\nCOPY sandbox /sandbox\nUSER 65535:65535\nENTRYPOINT [\"/sandbox\"]\n";

pub(super) struct Sandbox;

#[async_trait]
impl Recipe for Sandbox {
    fn names(&self) -> Vec<String> {
        vec![SANDBOX.to_owned()]
    }

    fn made_of(&self) -> Result<Vec<String>> {
        Ok(vec![PROGRAM.to_owned(), DOCKERFILE.to_owned()])
    }

    async fn make(&self, kitchen: &Kitchen<'_>) -> Result<()> {
        let context: Context = kitchen.context()?;
        let source = context.write("sandbox.c", PROGRAM.as_bytes())?;
        let mut compile = Command::new("cc");
        compile.args(["-static", "-Os", "-s", "-o"]).arg(context.path("sandbox")).arg(source);
        programs::output(&mut compile).await?;
        kitchen.build(&context, DOCKERFILE, &self.names()).await
    }
}
