//! Discord's Markdown, read back: what of a text is alive.

use serde_json::Value;

/// What a reader's client would make of a text, apart from the words.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Live {
    /// Marks that change how words look, in order: `**`, `#`, `>`, a list, a code span.
    pub markup: Vec<String>,
    /// Mentions, emoji, timestamps, commands and addresses. These are looked for in the bare text, where a backslash does
    /// not help, as the server and old clients do.
    pub entities: Vec<String>,
}

/// What is alive in components.
pub fn live(components: &Value) -> Live {
    let mut live = Live::default();
    for text in texts(components) {
        let one = read(&text);
        live.markup.extend(one.markup);
        live.entities.extend(one.entities);
    }
    live
}

/// The texts of components, in order.
pub fn texts(components: &Value) -> Vec<String> {
    match components {
        Value::Array(items) => items.iter().flat_map(texts).collect(),
        Value::Object(fields) => {
            let own = fields.get("content").and_then(Value::as_str).map(str::to_owned);
            own.into_iter().chain(fields.get("components").into_iter().flat_map(texts)).collect()
        }
        _ => Vec::new(),
    }
}

/// Reads a text.
pub fn read(text: &str) -> Live {
    let mut live = Live::default();
    for line in text.lines() {
        beginning(line, &mut live.markup);
        inside(line, &mut live.markup);
    }
    live.entities = entities(text);
    live
}

/// Headings, small print, quotations and lists.
fn beginning(line: &str, markup: &mut Vec<String>) {
    let mut rest = line.trim_start();
    for mark in ["### ", "## ", "# ", "-# ", ">>> ", "> ", "- ", "* ", "+ "] {
        if let Some(after) = rest.strip_prefix(mark) {
            markup.push(mark.trim().to_owned());
            rest = after.trim_start();
            // A quotation can hold a heading or a list.
            if mark.starts_with('>') || mark == "-# " {
                return beginning(rest, markup);
            }
            return;
        }
    }
    let digits = rest.chars().take_while(char::is_ascii_digit).count();
    if digits > 0 && matches!(rest.get(digits..digits + 2), Some(". " | ") ")) {
        markup.push("1.".to_owned());
    }
}

/// Emphasis, spoilers, code, masked links; a backslash takes a character its meaning.
fn inside(line: &str, markup: &mut Vec<String>) {
    let letters: Vec<char> = line.chars().collect();
    let mut at = 0;
    while at < letters.len() {
        let (c, next) = (letters[at], letters.get(at + 1).copied());
        match c {
            '\\' if next.is_some_and(|n| n.is_ascii_punctuation()) => at += 1,
            '`' => {
                let closing = letters[at + 1..].iter().position(|c| *c == '`');
                markup.push("`".into());
                at += closing.map_or(0, |n| n + 1);
            }
            '*' | '_' | '~' | '|' => {
                let double = next == Some(c);
                if double || matches!(c, '*' | '_') {
                    markup.push(if double { format!("{c}{c}") } else { c.to_string() });
                }
                at += usize::from(double);
            }
            ']' if next == Some('(') => markup.push("link".into()),
            _ => {}
        }
        at += 1;
    }
}

fn entities(text: &str) -> Vec<String> {
    let lower = text.to_lowercase();
    let mut found: Vec<String> = Vec::new();
    for word in [
        "@everyone",
        "@here",
        "http://",
        "https://",
        "discord://",
        "discord.gg",
        "discord.com/invite",
        "discordapp.com/invite",
        "www.",
        "steam://",
    ] {
        found.extend(lower.match_indices(word).map(|_| word.to_owned()));
    }
    for (at, _) in text.match_indices('<') {
        let Some(end) = text[at..].find('>') else { continue };
        let inside = &text[at + 1..at + end];
        let first = inside.chars().next();
        if matches!(first, Some('@' | '#' | ':' | '/'))
            || ["t:", "a:", "id:", "http", "mailto:"].iter().any(|p| inside.starts_with(p))
        {
            found.push(format!("<{inside}>"));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reader_sees_what_is_alive() {
        let alive = |text: &str| {
            let Live { markup, entities } = read(text);
            markup.len() + entities.len()
        };
        for text in [
            "@everyone",
            "<@1>",
            "<@&1>",
            "<#1>",
            "<t:0:R>",
            "<:x:1>",
            "</access:1>",
            "<id:home>",
            "https://evil.example",
            "[a](b)",
            "**b**",
            "_i_",
            "~~s~~",
            "||x||",
            "`c`",
            "# h",
            "> q",
            "- l",
            "1. l",
            "> # h",
            "-# - l",
            "\\@everyone",
            "\\<@1>",
            "discord.gg/x",
        ] {
            assert!(alive(text) > 0, "{text}");
        }
        for text in
            ["\\*\\*b\\*\\*", "\\[a\\](b)", "\\# h", "a < b", "10:42", "lisa@acme.com", "4h · x", "\\- l", "1\\. l"]
        {
            assert_eq!(alive(text), 0, "{text}");
        }
    }
}
