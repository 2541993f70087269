//! Firewall rules, as `iptables-save` writes them: which of them the cluster's parts made, and what is left
//! without them. Pure functions of what was read.

use std::collections::BTreeSet;

/// Names of chains that the parts make: Docker Engine, Kubernetes, the CNI plugins.
const CHAINS: &[&str] = &["DOCKER", "KUBE-", "CNI-"];

/// What only rules of the cluster mention: its bridges, and its addresses (198.18.0.0/15).
const MARKS: &[&str] = &["docker0", "pods0", "198.18.", "198.19."];

/// The rules without the cluster's.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Cleaned {
    /// For `iptables-restore`: the tables that differ.
    pub restore: String,
    /// Tables that hold nothing any more and were not there before.
    pub vanished: Vec<String>,
}

#[derive(Debug)]
struct Table<'a> {
    name: &'a str,
    /// Chain and policy; `-` for a chain that is no hook.
    chains: Vec<(&'a str, &'a str)>,
    rules: Vec<&'a str>,
}

/// Whether another engine or cluster has its chains here.
pub(crate) fn holds_anothers(dump: &str) -> bool {
    parse(dump).iter().any(|table| table.chains.iter().any(|(chain, _)| is_theirs(chain)))
}

/// Takes the cluster's chains and rules out of `current`. What `before` had stays.
pub(crate) fn without_ours(current: &str, before: &str) -> Cleaned {
    let before = parse(before);
    let (mut restore, mut vanished) = (String::new(), Vec::new());
    for table in parse(current) {
        let old = before.iter().find(|old| old.name == table.name);
        let old_chains: BTreeSet<_> =
            old.iter().flat_map(|old| old.chains.iter().map(|(chain, _)| *chain)).collect();
        let old_rules: BTreeSet<_> = old.iter().flat_map(|old| old.rules.iter().copied()).collect();
        let ours = |chain: &str| is_theirs(chain) && !old_chains.contains(chain);
        let chains: Vec<_> = table.chains.iter().copied().filter(|(chain, _)| !ours(chain)).collect();
        let rules: Vec<_> = table
            .rules
            .iter()
            .copied()
            .filter(|rule| {
                old_rules.contains(rule)
                    || !(mentions_ours(rule) || guards_loopback(table.name, rule) || names(rule, &ours))
            })
            .collect();
        if old.is_none() && rules.is_empty() && chains.iter().all(|(_, policy)| *policy == "ACCEPT") {
            vanished.push(table.name.to_owned());
        }
        if chains == table.chains && rules == table.rules {
            continue;
        }
        use std::fmt::Write;
        let _ = writeln!(restore, "*{}", table.name);
        for (chain, policy) in &chains {
            let _ = writeln!(restore, ":{chain} {policy} [0:0]");
        }
        for rule in rules {
            let _ = writeln!(restore, "{rule}");
        }
        restore.push_str("COMMIT\n");
    }
    Cleaned { restore, vanished }
}

fn is_theirs(chain: &str) -> bool {
    CHAINS.iter().any(|prefix| chain.starts_with(prefix))
}

fn mentions_ours(rule: &str) -> bool {
    rule.split_whitespace().any(|word| MARKS.iter().any(|mark| word.starts_with(mark)))
}

/// Docker keeps a port that it publishes on a loopback address from the outside by a rule without any mark.
fn guards_loopback(table: &str, rule: &str) -> bool {
    table == "raw"
        && (rule.starts_with("-A PREROUTING -d 127.") || rule.starts_with("-A PREROUTING -d ::1"))
        && rule.contains(" ! -i lo ")
        && rule.ends_with(" -j DROP")
}

/// Whether the rule lies in a chain of ours, or leads there.
fn names(rule: &str, ours: &impl Fn(&str) -> bool) -> bool {
    let words: Vec<_> = rule.split_whitespace().collect();
    words.windows(2).any(|pair| matches!(pair[0], "-A" | "-j" | "-g") && ours(pair[1]))
}

fn parse(dump: &str) -> Vec<Table<'_>> {
    let mut tables: Vec<Table<'_>> = Vec::new();
    for line in dump.lines() {
        if let Some(name) = line.strip_prefix('*') {
            tables.push(Table { name, chains: Vec::new(), rules: Vec::new() });
            continue;
        }
        let Some(table) = tables.last_mut() else { continue };
        if let Some(chain) = line.strip_prefix(':') {
            let mut words = chain.split(' ');
            if let (Some(chain), Some(policy)) = (words.next(), words.next()) {
                table.chains.push((chain, policy));
            }
        } else if line.starts_with("-A ") {
            table.rules.push(line);
        }
    }
    tables
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEFORE: &str = "*filter\n:INPUT DROP [5:10]\n:FORWARD ACCEPT [0:0]\n:MINE - [0:0]\n\
        -A INPUT -j MINE\n-A MINE -s 192.0.2.0/24 -j ACCEPT\nCOMMIT\n";

    const CURRENT: &str = "# a comment\n*filter\n:INPUT DROP [9:90]\n:FORWARD ACCEPT [0:0]\n:MINE - [0:0]\n\
        :DOCKER - [0:0]\n:KUBE-FORWARD - [0:0]\n:LATER - [0:0]\n\
        -A INPUT -j MINE\n\
        -A FORWARD -m comment --comment \"kubernetes forwarding rules\" -j KUBE-FORWARD\n\
        -A FORWARD -s 198.18.64.0/20 -j ACCEPT\n\
        -A FORWARD -j LATER\n\
        -A DOCKER ! -i docker0 -o docker0 -j DROP\n\
        -A KUBE-FORWARD -m mark --mark 0x4000/0x4000 -j ACCEPT\n\
        -A MINE -s 192.0.2.0/24 -j ACCEPT\nCOMMIT\n\
        *nat\n:PREROUTING ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\n:CNI-1 - [0:0]\n\
        -A POSTROUTING -s 198.18.64.2/32 -m comment --comment \"name: \\\"pods\\\"\" -j CNI-1\nCOMMIT\n\
        *raw\n:PREROUTING ACCEPT [0:0]\n\
        -A PREROUTING -d 127.0.0.1/32 ! -i lo -p tcp -m tcp --dport 8099 -j DROP\n\
        -A PREROUTING -d 127.0.0.1/32 -p udp -j DROP\nCOMMIT\n";

    #[test]
    fn what_others_made_before_or_meanwhile_stays_and_ours_goes() {
        let cleaned = without_ours(CURRENT, BEFORE);
        assert_eq!(
            cleaned.restore,
            "*filter\n:INPUT DROP [0:0]\n:FORWARD ACCEPT [0:0]\n:MINE - [0:0]\n:LATER - [0:0]\n\
             -A INPUT -j MINE\n-A FORWARD -j LATER\n-A MINE -s 192.0.2.0/24 -j ACCEPT\nCOMMIT\n\
             *nat\n:PREROUTING ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\nCOMMIT\n\
             *raw\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -d 127.0.0.1/32 -p udp -j DROP\nCOMMIT\n"
        );
        assert_eq!(cleaned.vanished, ["nat"]);
    }

    #[test]
    fn nothing_is_restored_where_nothing_of_ours_is() {
        assert_eq!(without_ours(BEFORE, ""), Cleaned { restore: String::new(), vanished: vec![] });
        assert_eq!(without_ours(BEFORE, BEFORE), Cleaned { restore: String::new(), vanished: vec![] });
    }

    #[test]
    fn another_engine_is_recognised_by_its_chains() {
        assert!(holds_anothers(CURRENT));
        assert!(!holds_anothers(BEFORE));
    }
}
