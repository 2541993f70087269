//! Proxies that docker passes on to builds, from the section `proxies` of `config.json`.

use std::collections::BTreeMap;

use super::config::{DockerConfig, ProxySettings};

/// The build arguments that docker adds for the engine at `host`: each proxy in upper and in lower case, except
/// those that the user gave.
pub fn build_args(
    config: &DockerConfig,
    host: &str,
    given: &BTreeMap<String, String>,
) -> BTreeMap<String, String> {
    let Some(ProxySettings { http_proxy, https_proxy, ftp_proxy, all_proxy, no_proxy }) =
        config.proxies.get(host).or_else(|| config.proxies.get("default"))
    else {
        return BTreeMap::new();
    };
    [
        ("HTTP_PROXY", http_proxy),
        ("HTTPS_PROXY", https_proxy),
        ("FTP_PROXY", ftp_proxy),
        ("ALL_PROXY", all_proxy),
        ("NO_PROXY", no_proxy),
    ]
    .into_iter()
    .filter(|(_, value)| !value.is_empty())
    .flat_map(|(name, value)| [(name.to_owned(), value.clone()), (name.to_lowercase(), value.clone())])
    .filter(|(name, _)| !given.contains_key(name))
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config() -> DockerConfig {
        serde_json::from_value(serde_json::json!({"proxies": {
            "default": {"httpProxy": "http://p:1", "noProxy": "localhost"},
            "tcp://lab:2375": {"httpsProxy": "http://lab:2"},
        }}))
        .unwrap()
    }

    fn given(names: &[&str]) -> BTreeMap<String, String> {
        names.iter().map(|name| ((*name).to_owned(), "mine".to_owned())).collect()
    }

    #[test]
    fn proxies_go_in_both_cases() {
        let args = build_args(&config(), "unix:///var/run/docker.sock", &given(&[]));
        let names: Vec<_> = args.keys().map(String::as_str).collect();
        assert_eq!(names, ["HTTP_PROXY", "NO_PROXY", "http_proxy", "no_proxy"]);
        assert_eq!(args["http_proxy"], "http://p:1");
    }

    #[test]
    fn what_the_user_gave_is_not_touched() {
        let args = build_args(&config(), "unix:///var/run/docker.sock", &given(&["HTTP_PROXY"]));
        assert!(!args.contains_key("HTTP_PROXY") && args.contains_key("http_proxy"));
    }

    #[test]
    fn an_engine_can_have_proxies_of_its_own() {
        let args = build_args(&config(), "tcp://lab:2375", &given(&[]));
        assert_eq!(args.keys().collect::<Vec<_>>(), ["HTTPS_PROXY", "https_proxy"]);
        assert_eq!(build_args(&DockerConfig::default(), "x", &given(&[])), BTreeMap::new());
    }
}
