//! One requirement as PEP 508 writes it, and as pip takes it besides.

use super::{Group, Requirement};

/// A name as indexes compare it: lower case, runs of `-_.` as one `-`.
pub fn normal(name: &str) -> String {
    let mut normal = String::with_capacity(name.len());
    for c in name.chars() {
        if matches!(c, '-' | '_' | '.') {
            if !normal.ends_with('-') {
                normal.push('-');
            }
        } else {
            normal.push(c.to_ascii_lowercase());
        }
    }
    normal
}

/// Reads a requirement that begins at this byte of its file; `None`: it is none.
pub fn requirement(text: &str, at: usize, group: &Group) -> Option<Requirement> {
    let start = text.len() - text.trim_start().len();
    let text = text.trim();
    let mut requirement = Requirement {
        name: String::new(),
        extras: Vec::new(),
        versions: String::new(),
        marker: None,
        url: None,
        hashed: false,
        group: group.clone(),
        name_at: at..at,
    };
    let is_url = text.contains("://") && !text.split_once(" @").is_some_and(|(name, _)| is_name(name.trim()));
    if is_url {
        let name = url_name(text)?;
        requirement.url = Some(text.split_whitespace().next()?.to_owned());
        requirement.name = name;
        return Some(requirement);
    }
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || "-_.".contains(c))).unwrap_or(text.len());
    let (name, mut rest) = text.split_at_checked(end)?;
    if !is_name(name) {
        return None;
    }
    name.clone_into(&mut requirement.name);
    requirement.name_at = at + start..at + start + name.len();
    rest = rest.trim_start();
    if let Some(inner) = rest.strip_prefix('[') {
        let (extras, after) = inner.split_once(']')?;
        requirement.extras = extras
            .split(',')
            .map(|extra| extra.trim().to_owned())
            .filter(|extra| !extra.is_empty())
            .collect();
        rest = after.trim_start();
    }
    if let Some(url) = rest.strip_prefix('@') {
        let (url, marker) = url.split_once(" ;").unwrap_or((url, ""));
        requirement.url = Some(url.trim().to_owned());
        requirement.marker = Some(marker.trim().to_owned()).filter(|marker| !marker.is_empty());
        return Some(requirement);
    }
    let (versions, marker) = rest.split_once(';').unwrap_or((rest, ""));
    let versions = versions.trim().trim_start_matches('(').trim_end_matches(')').trim();
    if !(versions.is_empty() || versions.starts_with(['=', '<', '>', '!', '~'])) {
        return None;
    }
    requirement.versions = versions.split_whitespace().collect();
    requirement.marker = Some(marker.trim().to_owned()).filter(|marker| !marker.is_empty());
    Some(requirement)
}

fn is_name(text: &str) -> bool {
    let text = text.split('[').next().unwrap_or(text).trim_end();
    text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && text.ends_with(|c: char| c.is_ascii_alphanumeric())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
}

/// The name that an address carries: `#egg=name`, a wheel's or an archive's file name, a repository's.
fn url_name(url: &str) -> Option<String> {
    let url = url.split_whitespace().next()?;
    if let Some((_, egg)) = url.split_once("#egg=") {
        let name = egg.split(['&', '[', '=']).next()?;
        return is_name(name).then(|| name.to_owned());
    }
    let path = url.split(['#', '?']).next()?.trim_end_matches('/');
    let last = path.rsplit('/').next()?;
    let last = if url.starts_with("git+") { last.split('@').next()? } else { last };
    let stem = last.strip_suffix(".git").unwrap_or(last);
    let name = if url.starts_with("git+") { stem } else { stem.split('-').next()? };
    is_name(name).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let Some(r) = requirement(text, 0, &Group::Main) else { return "?".into() };
        let mut shown = r.name.clone();
        for extra in &r.extras {
            shown += &format!("[{extra}]");
        }
        shown += &format!(" {}", r.versions);
        if let Some(marker) = r.marker {
            shown += &format!(" ;{marker}");
        }
        if let Some(url) = r.url {
            shown += &format!(" @{url}");
        }
        shown.trim_end().to_owned()
    }

    #[test]
    fn requirements_are_understood() {
        for (text, expected) in [
            ("flask", "flask"),
            ("  scikit-learn == 1.5.0 ", "scikit-learn ==1.5.0"),
            ("uvicorn[standard, x]>=0.20,<1", "uvicorn[standard][x] >=0.20,<1"),
            ("torch (>=2.0)", "torch >=2.0"),
            ("a; python_version < '3.9'", "a  ;python_version < '3.9'"),
            ("a==1;sys_platform=='win32'", "a ==1 ;sys_platform=='win32'"),
            ("pkg @ https://x.org/p.whl", "pkg  @https://x.org/p.whl"),
            ("pkg[x] @ git+https://x.org/p", "pkg[x]  @git+https://x.org/p"),
            (
                "git+https://x.org/u/repo.git@main#egg=name",
                "name  @git+https://x.org/u/repo.git@main#egg=name",
            ),
            ("git+https://x.org/u/repo.git@main", "repo  @git+https://x.org/u/repo.git@main"),
            (
                "https://x.org/torch-2.0-cp311-none-any.whl",
                "torch  @https://x.org/torch-2.0-cp311-none-any.whl",
            ),
            ("./local", "?"),
            ("-e .", "?"),
            ("a b", "?"),
            ("", "?"),
            ("a~=1.0", "a ~=1.0"),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
        assert_eq!(normal("Foo__Bar.baz"), "foo-bar-baz");
        for (versions, expected) in [
            ("==1.0", Some("1.0")),
            ("==1.*", None),
            (">=1", None),
            ("===1.0", Some("1.0")),
            ("==1,<2", None),
        ] {
            let r = Requirement { versions: versions.into(), ..requirement("a", 0, &Group::Main).unwrap() };
            assert_eq!(r.pinned(), expected, "{versions}");
        }
        assert_eq!(requirement(" sklearn ", 10, &Group::Main).unwrap().name_at, 11..18);
    }
}
