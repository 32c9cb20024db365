//! Text from elsewhere, made safe for a terminal (THREATS D05).

use serde_json::Value;

/// On one line, without anything that a terminal obeys or that turns the reading order around.
pub fn line(text: &str) -> String {
    let shown = |c: char| match c {
        '\n' | '\r' | '\t' => ' ',
        c if is_unsafe(c) => '\u{fffd}',
        c => c,
    };
    text.chars().map(shown).collect()
}

/// JSON for people and scripts: the same value, with everything unsafe written as an escape.
pub fn json(value: &Value) -> String {
    let pretty = serde_json::to_string_pretty(value).unwrap_or_default();
    let mut safe = String::with_capacity(pretty.len() + 1);
    for c in pretty.chars() {
        match c {
            '\n' => safe.push(c),
            c if is_unsafe(c) => safe.extend(c.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}"))),
            c => safe.push(c),
        }
    }
    safe.push('\n');
    safe
}

/// Control characters of both sets, and those that are invisible or change the direction of what follows.
fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{61c}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn abuse_d05_no_terminal_escape_gets_through() {
        let hostile = "a\u{1b}[2J\u{1b}]0;title\u{7}b\u{9b}31mc\u{202e}d\r\n\u{7f}";
        let safe = line(hostile);
        assert!(!safe.chars().any(is_unsafe), "{safe:?}");
        assert!(safe.starts_with('a') && safe.contains("[2J"));
        let value = Value::String(hostile.to_owned());
        let text = json(&value);
        assert!(!text.trim_end().chars().any(is_unsafe), "{text:?}");
        assert_eq!(serde_json::from_str::<Value>(&text).expect("still JSON"), value);
    }
}
