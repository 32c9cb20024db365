//! Pages of ours to go back to.

/// The path, if it stays on this host; anything else would let a link send people elsewhere (THREATS C19).
pub fn local_path(path: Option<&str>) -> Option<&str> {
    let leads_away =
        |p: &str| p.starts_with("//") || p.contains(|c: char| c == '\\' || c.is_control() || !c.is_ascii());
    path.filter(|p| p.starts_with('/') && !leads_away(p))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn abuse_c19_going_back_never_leads_elsewhere() {
        for path in ["/", "/requests/req-84a2", "/d/1?a=b//c"] {
            assert_eq!(local_path(Some(path)), Some(path));
        }
        for path in [
            "",
            "evil",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "javascript:alert(1)",
            "/\t/evil.example",
            "/a\r\nb: c",
            "/\u{2215}evil",
        ] {
            assert_eq!(local_path(Some(path)), None, "{path:?}");
        }
        assert_eq!(local_path(None), None);
    }
}
