//! The stand-in for F5 NGINX Ingress Controller: Debian's own nginx, and the program `nginx-stand-in` in the place
//! of F5's. Its labels, its log and the docs say that it is one; the product never learns of it.

use std::{
    fs,
    path::{Path, PathBuf},
};

use async_trait::async_trait;
use tokio::process::Command;

use super::{Kitchen, Recipe};
use crate::{
    error::{Doing, Result},
    programs,
};

/// What it stands in for.
const NAME: &str = "nginx/nginx-ingress:5.5.4";

/// The release whose nginx is nearest to the real one's. Its C library is not older than the machine's, for which
/// the program is built.
const SUITE: &str = "forky";

const PACKAGES: &[&str] = &["nginx", "libcap2-bin"];

/// As in the real image: user 101, who owns what nginx writes, and programs that may listen below port 1024.
const DOCKERFILE: &str = r#"FROM scratch
ADD base.tar /
COPY nginx-ingress /nginx-ingress
RUN echo nginx:x:101: >> /etc/group \
 && echo nginx:x:101:101::/nonexistent:/usr/sbin/nologin >> /etc/passwd \
 && rm -rf /usr/share/nginx/html /var/www/html /etc/nginx/sites-enabled /etc/nginx/modules-enabled /var/log/nginx/* \
 && mkdir -p /etc/nginx/conf.d /etc/nginx/secrets /var/cache/nginx \
 && chown -R 101:0 /etc/nginx /var/lib/nginx /var/log/nginx /var/cache/nginx \
 && setcap cap_net_bind_service=+ep /usr/sbin/nginx \
 && setcap cap_net_bind_service=+ep /nginx-ingress
LABEL org.opencontainers.image.title="Stand-in for nginx/nginx-ingress:5.5.4" \
      org.opencontainers.image.description="Debian's nginx with a program of Slipway's that acts as F5 NGINX Ingress Controller does. For practice only, not made by F5." \
      slipway.local/stand-in-for="nginx/nginx-ingress:5.5.4"
EXPOSE 80 443
USER 101
ENTRYPOINT ["/nginx-ingress"]
"#;

pub(super) struct Nginx;

#[async_trait]
impl Recipe for Nginx {
    fn names(&self) -> Vec<String> {
        vec![NAME.to_owned()]
    }

    fn made_of(&self) -> Result<Vec<String>> {
        let mut parts = vec![DOCKERFILE.to_owned(), SUITE.to_owned(), PACKAGES.join(" ")];
        for path in sources()? {
            parts.push(fs::read_to_string(&path).doing(|| format!("read {}", path.display()))?);
        }
        Ok(parts)
    }

    async fn make(&self, kitchen: &Kitchen<'_>) -> Result<()> {
        let context = kitchen.context()?;
        let debian = kitchen.debian(SUITE, PACKAGES, &[]).await?;
        context.copy(&debian.join("base.tar"), "base.tar")?;
        let program = kitchen.program("nginx-stand-in", "nginx-stand-in").await?;
        let mut strip = Command::new("strip");
        programs::output(strip.arg("-o").arg(context.path("nginx-ingress")).arg(program)).await?;
        kitchen.build(&context, DOCKERFILE, &self.names()).await
    }
}

/// The program's own sources, in order. What it stands on is pinned by their manifest.
fn sources() -> Result<Vec<PathBuf>> {
    let home = Path::new(env!("CARGO_MANIFEST_DIR")).join("nginx-stand-in");
    let folder = home.join("src");
    let entries = fs::read_dir(&folder).doing(|| format!("read {}", folder.display()))?;
    let mut sources = entries
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<Vec<_>, _>>()
        .doing(|| format!("read {}", folder.display()))?;
    sources.push(home.join("Cargo.toml"));
    sources.sort();
    Ok(sources)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_made_of_all_of_its_programs_sources() {
        let names: Vec<_> =
            sources().unwrap().iter().map(|path| path.file_name().unwrap().to_owned()).collect();
        assert!(names.contains(&"main.rs".into()) && names.contains(&"Cargo.toml".into()), "{names:?}");
        assert_eq!(Nginx.made_of().unwrap().len(), 3 + names.len());
    }

    #[test]
    fn it_says_that_it_is_a_stand_in() {
        assert!(DOCKERFILE.contains(&format!("slipway.local/stand-in-for=\"{NAME}\"")));
    }
}
