//! The first hop: what the rule's host leads to.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use crate::{
    choices::Choices,
    problem::{Code, Problem, Remedy},
    shell_words::quoted,
    stage::Evidence,
    text,
    text::Text,
};

/// The addresses of this computer that a browser tries for the host.
pub async fn addresses(host: &str, port: u16, choices: &Choices) -> Result<(Vec<SocketAddr>, Text), Problem> {
    let found = match tokio::net::lookup_host((host, port)).await {
        Ok(found) => Ok(found.map(|address| address.ip()).collect()),
        Err(error) => Err(error.to_string()),
    };
    let localhost = Choices { host: Some("localhost".to_owned()), ..choices.clone() };
    let (addresses, says) = decide(host, found).map_err(|problem| {
        let title = text!("remedy-endpoint-localhost");
        problem.remedy(Remedy::run(title, localhost.command("up"))).remedy(in_hosts_file(host))
    })?;
    Ok((addresses.into_iter().map(|address| SocketAddr::new(address, port)).collect(), says))
}

const LOOPBACK: [IpAddr; 2] = [IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)];

fn decide(host: &str, found: Result<Vec<IpAddr>, String>) -> Result<(Vec<IpAddr>, Text), Problem> {
    let elsewhere = |found: &[IpAddr]| found.iter().find(|address| !address.is_loopback()).copied();
    // Browsers know these two families of names themselves and try both addresses.
    if host == "localhost" || host.ends_with(".localhost") {
        return match found {
            Ok(found) if elsewhere(&found).is_some() => Err(leads_elsewhere(host, &found)),
            Ok(found) if !found.is_empty() => {
                Ok((LOOPBACK.to_vec(), text!("endpoint-hop-name", host = host)))
            }
            _ => Ok((LOOPBACK.to_vec(), text!("endpoint-hop-name-browsers", host = host))),
        };
    }
    match found {
        Ok(mut found) if !found.is_empty() => {
            if elsewhere(&found).is_some() {
                return Err(leads_elsewhere(host, &found));
            }
            found.sort();
            found.dedup();
            Ok((found, text!("endpoint-hop-name", host = host)))
        }
        found => {
            let words = found.err().unwrap_or_default();
            Err(problem(host).because(Evidence::exactly(text!("endpoint-name-unknown", host = host), words)))
        }
    }
}

fn leads_elsewhere(host: &str, found: &[IpAddr]) -> Problem {
    let words = found.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    problem(host).because(Evidence::exactly(text!("endpoint-name-elsewhere", host = host), words))
}

fn problem(host: &str) -> Problem {
    Problem::new(Code::EndpointName).with("host", host)
}

/// How this computer is told the name.
fn in_hosts_file(host: &str) -> Remedy {
    let line = format!("127.0.0.1 {host}");
    let (file, command) = if cfg!(windows) {
        let file = r"C:\Windows\System32\drivers\etc\hosts";
        (file, format!("Add-Content {file} '{line}'"))
    } else {
        let file = "/etc/hosts";
        (file, format!("echo {} | sudo tee -a {file}", quoted(&line)))
    };
    Remedy::run(text!("remedy-endpoint-hosts", file = file), command)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn addresses_of(words: &[&str]) -> Vec<IpAddr> {
        words.iter().map(|word| word.parse().unwrap()).collect()
    }

    #[test]
    fn localhost_is_tried_on_both_families_whatever_the_system_says() {
        for found in
            [Ok(addresses_of(&["127.0.0.1"])), Ok(addresses_of(&["::1", "127.0.0.1"])), Err("none".into())]
        {
            assert_eq!(decide("localhost", found).unwrap().0, LOOPBACK);
        }
        let (_, says) = decide("iris.localhost", Err("Name or service not known".into())).unwrap();
        assert_eq!(says.id, "endpoint-hop-name-browsers", "browsers know it all the same");
    }

    #[test]
    fn another_name_is_tried_where_the_system_leads() {
        let (found, _) = decide("iris.test", Ok(addresses_of(&["127.0.0.1", "127.0.0.1"]))).unwrap();
        assert_eq!(found, addresses_of(&["127.0.0.1"]));
    }

    #[test]
    fn a_name_that_leads_nowhere_or_elsewhere_is_a_problem_that_says_so() {
        for (host, found, says) in [
            ("iris.test", Err("Name or service not known".into()), "endpoint-name-unknown"),
            ("iris.test", Ok(vec![]), "endpoint-name-unknown"),
            ("iris.test", Ok(addresses_of(&["127.0.0.1", "198.51.100.7"])), "endpoint-name-elsewhere"),
            ("localhost", Ok(addresses_of(&["198.51.100.7"])), "endpoint-name-elsewhere"),
        ] {
            let problem = decide(host, found).unwrap_err();
            assert_eq!((problem.code, &*problem.evidence[0].says.id), (Code::EndpointName, says));
        }
    }
}
