//! A mail as its reader has it.

use super::{decode, mime};

/// A mail, read back.
#[derive(Clone, Debug)]
pub struct Letter {
    /// The envelope's sender.
    pub from: String,
    /// The envelope's recipient.
    pub to: String,
    /// Name and value in order, unfolded and decoded.
    pub headers: Vec<(String, String)>,
    /// The types of its parts.
    pub kinds: Vec<String>,
    /// The text part.
    pub text: String,
    /// The HTML part.
    pub html: String,
}

/// Something to press in the HTML part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// What it says.
    pub label: String,
    /// Where it leads.
    pub href: String,
}

impl Letter {
    /// From the lines of DATA, with the dots taken off.
    pub fn read(from: &str, to: &str, lines: &[String]) -> Self {
        let (headers, body) = mime::split(lines);
        let parts = mime::parts(&headers, body);
        let of = |kind: &str| {
            parts.iter().find(|(k, _)| k.starts_with(kind)).map(|(_, text)| text.clone()).unwrap_or_default()
        };
        Self {
            from: from.to_owned(),
            to: to.to_owned(),
            kinds: parts.iter().map(|(kind, _)| kind.clone()).collect(),
            text: of("text/plain"),
            html: of("text/html"),
            headers: headers.into_iter().map(|(name, value)| (name, decode::words(&value))).collect(),
        }
    }

    /// A header's value; empty without one.
    pub fn header(&self, name: &str) -> &str {
        mime::value(&self.headers, name).unwrap_or_default()
    }

    /// What the HTML part has to press, in order.
    pub fn links(&self) -> Vec<Link> {
        links(&self.html)
    }

    /// Where the link with this label leads.
    ///
    /// # Panics
    /// When there is none.
    pub fn link(&self, label: &str) -> String {
        let links = self.links();
        let found = links.iter().find(|link| link.label == label);
        found.unwrap_or_else(|| panic!("no link {label} in {links:?}")).href.clone()
    }
}

/// Every `<a>` of a page.
pub(super) fn links(html: &str) -> Vec<Link> {
    let mut found = Vec::new();
    for rest in html.split("<a ").skip(1) {
        let (tag, rest) = rest.split_once('>').unwrap_or((rest, ""));
        let href = tag.split_once("href=\"").and_then(|(_, value)| value.split('"').next()).unwrap_or_default();
        let label = rest.split("</a>").next().unwrap_or_default();
        found.push(Link { label: unescaped(label), href: unescaped(href) });
    }
    found
}

fn unescaped(text: &str) -> String {
    [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")]
        .iter()
        .fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
}
