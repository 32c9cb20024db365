//! Reads the tags of a page, as far as a test needs: what is alive in it.

/// An element's start: its name and its attributes.
#[derive(Debug)]
pub struct Tag {
    pub name: String,
    pub attributes: Vec<(String, String)>,
}

/// Every start tag of a page, in order.
pub fn tags(page: &str) -> Vec<Tag> {
    let mut tags = Vec::new();
    let mut rest = page;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        let name: String = rest.chars().take_while(char::is_ascii_alphanumeric).collect();
        rest = &rest[name.len()..];
        if !name.is_empty() {
            let attributes = attributes(&mut rest);
            tags.push(Tag { name: name.to_lowercase(), attributes });
        }
    }
    tags
}

fn attributes(rest: &mut &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    loop {
        *rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '/');
        if rest.is_empty() || rest.starts_with('>') {
            return found;
        }
        let end = rest.find(|c: char| c.is_whitespace() || matches!(c, '=' | '>')).unwrap_or(rest.len());
        let name = rest[..end.max(1)].to_lowercase();
        *rest = &rest[end.max(1)..];
        let value = match rest.strip_prefix("=\"").and_then(|quoted| quoted.split_once('"')) {
            Some((value, after)) => {
                *rest = after;
                value.to_owned()
            }
            None => String::new(),
        };
        found.push((name, value));
    }
}

/// What in a page is alive that we have not put there; empty when nothing is.
pub fn alive(page: &str) -> Vec<String> {
    let ours = |tag: &Tag| match tag.name.as_str() {
        "script" => tag.attributes.iter().any(|(n, v)| n == "src" && v.starts_with("/assets/console.js?")),
        "link" => tag.attributes.iter().any(|(n, v)| n == "href" && v.starts_with("/assets/")),
        name => !matches!(
            name,
            "img"
                | "iframe"
                | "object"
                | "embed"
                | "style"
                | "base"
                | "video"
                | "audio"
                | "math"
                | "marquee"
                | "template"
        ),
    };
    let harmless = |(name, value): &(String, String)| {
        let address = matches!(name.as_str(), "href" | "src" | "action" | "formaction");
        !name.starts_with("on") && name != "style" && (!address || value.starts_with(['/', '#']))
    };
    let bad = |tag: &Tag| !ours(tag) || !tag.attributes.iter().all(harmless);
    tags(page).iter().filter(|tag| bad(tag)).map(|tag| format!("{tag:?}")).collect()
}

#[test]
fn the_reader_sees_what_a_browser_would_run() {
    for page in [
        "<p><script>alert(1)</script>",
        "<p title=\"a\" onclick=\"x\">",
        "<IMG src=x>",
        "<a href=\"javascript:alert(1)\">",
        "<svg/onload=alert(1)>",
        "<p style=\"x\">",
    ] {
        assert!(!alive(page).is_empty(), "{page}");
    }
    assert!(alive("<p title=\"&lt;script&gt;\">&lt;img onerror=x&gt;</p><a href=\"/x\">").is_empty());
}
