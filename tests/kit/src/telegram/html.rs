//! HTML as Telegram reads it (core.telegram.org/bots/api, "HTML style"): few tags, every one closed, four named entities.

use super::entities::entity;
use serde_json::Value;

/// The text and its entities.
pub(super) fn parse(html: &str) -> Result<(String, Value), String> {
    let bad = |why: &str| format!("can't parse entities: {why}");
    let (mut text, mut found, mut open) = (String::new(), Vec::new(), Vec::<(String, usize)>::new());
    let units = |text: &str| text.encode_utf16().count();
    let mut rest = html;
    while let Some(c) = rest.chars().next() {
        match c {
            '<' => {
                let (tag, after) = rest[1..].split_once('>').ok_or_else(|| bad("unclosed start tag"))?;
                rest = after;
                if let Some(name) = tag.strip_prefix('/') {
                    let (opened, at) = open.pop().ok_or_else(|| bad("unexpected end tag"))?;
                    if opened != name {
                        return Err(bad("unmatched end tag"));
                    }
                    let length = units(&text) - at;
                    if length > 0 {
                        found.push(entity(kind(name).ok_or_else(|| bad("unsupported tag"))?, at, length));
                    }
                } else {
                    let name = tag.split_whitespace().next().unwrap_or_default();
                    kind(name).ok_or_else(|| bad(&format!("unsupported start tag \"{name}\"")))?;
                    open.push((name.to_owned(), units(&text)));
                }
            }
            '&' => {
                let (name, after) = rest[1..].split_once(';').unwrap_or(("", rest));
                match ["lt", "gt", "amp", "quot"].iter().position(|known| *known == name) {
                    Some(at) => {
                        text.push(['<', '>', '&', '"'][at]);
                        rest = after;
                    }
                    None => {
                        text.push('&');
                        rest = &rest[1..];
                    }
                }
            }
            c => {
                text.push(c);
                rest = &rest[c.len_utf8()..];
            }
        }
    }
    match open.is_empty() {
        true => Ok((text, found.into())),
        false => Err(bad("can't find end tag")),
    }
}

fn kind(tag: &str) -> Option<&'static str> {
    Some(match tag {
        "b" | "strong" => "bold",
        "i" | "em" => "italic",
        "u" | "ins" => "underline",
        "s" | "strike" | "del" => "strikethrough",
        "tg-spoiler" => "spoiler",
        "code" | "pre" => "code",
        "blockquote" => "blockquote",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn reads_html_as_telegram_does() {
        let (text, entities) = super::parse("a &lt;<b>b &amp; 😀</b> &copy;").expect("good");
        assert_eq!(text, "a <b & 😀 &copy;");
        assert_eq!((&entities[0]["offset"], &entities[0]["length"]), (&3.into(), &6.into()));
        for bad in ["<x>y</x>", "<b>x", "x</b>", "<b><i>x</b></i>", "1 < 2"] {
            assert!(super::parse(bad).is_err(), "{bad}");
        }
    }
}
