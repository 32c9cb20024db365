//! Links to our own console, the only ones that stay live.

/// The first such link of a line, and what stands before and after it. It ends where anything but a plain path begins.
pub(super) fn split<'a>(line: &'a str, console: &str) -> Option<(&'a str, &'a str, &'a str)> {
    if console.is_empty() {
        return None;
    }
    let at = line.match_indices(console).map(|(at, _)| at).find(|at| {
        let alone = line[..*at].chars().next_back().is_none_or(char::is_whitespace);
        alone && line[*at + console.len()..].starts_with('/')
    })?;
    let path = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '-' | '_' | '?' | '=' | '&');
    let from = at + console.len();
    let end = line[from..].find(|c| !path(c)).map_or(line.len(), |length| from + length);
    Some((&line[..at], &line[at..end], &line[end..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_consoles_own_links_are_found() {
        let console = "https://access.acme.com";
        let link = |line| split(line, console).map(|(_, link, _)| link);
        assert_eq!(link("open https://access.acme.com/link?code=A."), Some("https://access.acme.com/link?code=A"));
        for other in [
            "https://access.acme.com.evil.example/link",
            "https://access.acme.com@evil.example/",
            "https://evil.example/https://access.acme.com/link",
            "https://access.acme.com",
        ] {
            assert_eq!(link(other), None, "{other}");
        }
        assert_eq!(split("/link", ""), None);
    }
}
