//! Python on Debian under the names that Dockerfiles use: each with the release's own Python. Without `-slim` come
//! the tools to compile what has no wheel.

use std::{fs, path::Path};

use async_trait::async_trait;

use super::{Kitchen, Recipe};
use crate::error::{Doing, Result};

/// One version of Python.
pub(super) struct Python {
    pub version: &'static str,
    pub suite: &'static str,
}

/// All that are served.
pub(super) const VERSIONS: [Python; 3] = [
    Python { version: "3.11", suite: "bookworm" },
    Python { version: "3.13", suite: "trixie" },
    Python { version: "3.14", suite: "forky" },
];

const PACKAGES: &[&str] = &["python3", "python3-pip", "python3-venv", "ca-certificates"];

/// What the image without `-slim` has besides.
const TOOLS: &[&str] = &["build-essential", "python3-dev", "pkg-config", "curl", "git"];

/// The machine's certificates: where a proxy signs traffic anew, pip inside a build needs them.
const CERTIFICATES: &str = "/etc/ssl/certs/ca-certificates.crt";

/// As in the images that have these names elsewhere, `python` and `pip` are there, pip may write as root, and
/// `site-packages` is where a second stage copies from.
const SLIM: &str = r#"FROM scratch
ADD base.tar /
COPY certificates.crt /etc/ssl/certs/ca-certificates.crt
RUN rm -f /usr/lib/python3*/EXTERNALLY-MANAGED && \
    ln -s python3 /usr/bin/python && \
    for name in python python3 pip pip3; do ln -s ../../bin/$name /usr/local/bin/$name; done && \
    mkdir -p /usr/local/lib/pythonVERSION/dist-packages && \
    ln -s dist-packages /usr/local/lib/pythonVERSION/site-packages
ENV PYTHON_VERSION=VERSION PIP_CERT=/etc/ssl/certs/ca-certificates.crt SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt \
    PIP_ROOT_USER_ACTION=ignore PIP_DISABLE_PIP_VERSION_CHECK=1 LANG=C.UTF-8
LABEL org.opencontainers.image.title="python:VERSION, a stand-in" \
    org.opencontainers.image.description="Debian SUITE's own Python under the name that Dockerfiles use"
CMD ["python3"]
"#;

const WHOLE: &str = r"FROM python:VERSION-slim
RUN --mount=type=bind,source=tools,target=/tools dpkg --force-unsafe-io -i /tools/*.deb > /dev/null
";

impl Python {
    fn fill(&self, dockerfile: &str) -> String {
        dockerfile.replace("VERSION", self.version).replace("SUITE", self.suite)
    }

    fn slim(&self) -> String {
        format!("python:{}-slim", self.version)
    }

    fn whole(&self) -> String {
        format!("python:{}", self.version)
    }
}

#[async_trait]
impl Recipe for Python {
    fn names(&self) -> Vec<String> {
        vec![self.slim(), self.whole()]
    }

    fn made_of(&self) -> Result<Vec<String>> {
        let certificates = fs::read_to_string(CERTIFICATES).doing(|| format!("read {CERTIFICATES}"))?;
        let packages = PACKAGES.iter().chain(TOOLS).map(|&package| package.to_owned());
        Ok(packages.chain([self.fill(SLIM), self.fill(WHOLE), certificates]).collect())
    }

    async fn make(&self, kitchen: &Kitchen<'_>) -> Result<()> {
        let debian = kitchen.debian(self.suite, PACKAGES, TOOLS).await?;
        let context = kitchen.context()?;
        context.copy(&debian.join("base.tar"), "base.tar")?;
        context.copy(Path::new(CERTIFICATES), "certificates.crt")?;
        kitchen.build(&context, &self.fill(SLIM), &[self.slim()]).await?;

        let context = kitchen.context()?;
        context.copy(&debian.join("tools"), "tools")?;
        kitchen.build(&context, &self.fill(WHOLE), &[self.whole()]).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_version_has_both_names_and_a_release_of_its_own() {
        let names: Vec<_> = VERSIONS.iter().flat_map(Recipe::names).collect();
        assert_eq!(
            names,
            [
                "python:3.11-slim",
                "python:3.11",
                "python:3.13-slim",
                "python:3.13",
                "python:3.14-slim",
                "python:3.14"
            ]
        );
        assert!(VERSIONS[1].fill(SLIM).contains("/usr/local/lib/python3.13/site-packages"));
    }
}
