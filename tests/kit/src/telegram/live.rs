//! What Telegram would find in a text by itself and make live: names, tags, commands, addresses, numbers
//! (core.telegram.org/bots/api, "MessageEntity"; core.telegram.org/api/entities). Telegram's own rules want a little more
//! of each, so what is found here is a superset.

use serde_json::Value;

/// Everything live in a text that stands outside of code.
pub fn live(text: &str, entities: &Value) -> Vec<String> {
    let chars: Vec<char> = text.chars().collect();
    let mut found = Vec::new();
    let mut offset = 0;
    for (at, c) in chars.iter().enumerate() {
        let hit = match c {
            '@' => name(&chars, at, 2),
            '/' => command(&chars, at),
            '#' => tag(&chars, at),
            '$' => cashtag(&chars, at),
            '.' => address(&chars, at),
            ':' => scheme(&chars, at),
            c if c.is_ascii_digit() => number(&chars, at),
            _ => None,
        };
        if let Some(hit) = hit.filter(|_| !in_code(entities, offset)) {
            found.push(hit);
        }
        offset += c.len_utf16();
    }
    found
}

fn in_code(entities: &Value, offset: usize) -> bool {
    let number = |entity: &Value, name: &str| entity[name].as_u64().and_then(|n| usize::try_from(n).ok()).unwrap_or(0);
    entities.as_array().into_iter().flatten().filter(|e| e["type"] == "code" || e["type"] == "pre").any(|e| {
        let from = number(e, "offset");
        (from..from + number(e, "length")).contains(&offset)
    })
}

fn word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The characters from `at` on that satisfy `is`.
fn run(chars: &[char], at: usize, is: impl Fn(char) -> bool) -> String {
    chars[at.min(chars.len())..].iter().copied().take_while(|c| is(*c)).collect()
}

fn before(chars: &[char], at: usize) -> Option<char> {
    at.checked_sub(1).map(|at| chars[at])
}

fn name(chars: &[char], at: usize, least: usize) -> Option<String> {
    let run = run(chars, at + 1, |c| c.is_ascii_alphanumeric() || c == '_');
    (run.len() >= least).then(|| format!("@{run}"))
}

fn command(chars: &[char], at: usize) -> Option<String> {
    let begins = before(chars, at).is_none_or(|c| !word(c) && !matches!(c, '/' | '<' | '>'));
    let run = run(chars, at + 1, |c| c.is_ascii_alphanumeric() || c == '_');
    (begins && !run.is_empty()).then(|| format!("/{run}"))
}

fn tag(chars: &[char], at: usize) -> Option<String> {
    let run = run(chars, at + 1, word);
    (before(chars, at).is_none_or(|c| !word(c)) && run.chars().any(char::is_alphabetic)).then(|| format!("#{run}"))
}

fn cashtag(chars: &[char], at: usize) -> Option<String> {
    let run = run(chars, at + 1, |c| c.is_ascii_uppercase());
    (1..=8).contains(&run.len()).then(|| format!("${run}"))
}

fn address(chars: &[char], at: usize) -> Option<String> {
    let host = |c: char| word(c) || c == '-';
    let before = before(chars, at).filter(|c| host(*c))?;
    let run = run(chars, at + 1, host);
    (!run.is_empty()).then(|| format!("{before}.{run}"))
}

fn scheme(chars: &[char], at: usize) -> Option<String> {
    let follows: String = chars.iter().skip(at).take(4).collect();
    let begins = follows.starts_with("://") && follows.chars().nth(3).is_some_and(word);
    (begins && before(chars, at).is_some_and(char::is_alphabetic)).then_some(follows)
}

/// Telephones begin with a plus; bank cards have 13 to 19 digits.
fn number(chars: &[char], at: usize) -> Option<String> {
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).count();
    let run = run(chars, at, |c| c.is_ascii_digit() || matches!(c, ' ' | '-' | '(' | ')'));
    let plus = before(chars, at) == Some('+') && digits(&run) >= 7;
    (plus || digits(&run) >= 13).then_some(run)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_telegram_makes_live_is_found() {
        for text in [
            "@ann",
            "(@ann_b)",
            "/access",
            "see /access@countersign_bot",
            "#tag",
            "$USD",
            "https://evil.example",
            "evil.example/login",
            "ann@acme.com",
            "tg://resolve?domain=x",
            "+1 212 555 0123",
            "4111 1111 1111 1111",
        ] {
            assert!(!live(text, &json!([])).is_empty(), "{text}");
        }
        for text in ["@ ann", "a / b", "# 1", "$ 5", "end. Next", "1/2", "10:42", "2026-11-23 18:00", "https:/ / x", ""]
        {
            assert!(live(text, &json!([])).is_empty(), "{text}");
        }
        assert!(live("db.acme.internal", &json!([{"type": "code", "offset": 0, "length": 16}])).is_empty());
        assert_eq!(live("😀 x.y", &json!([{"type": "code", "offset": 0, "length": 2}])), ["x.y"]);
    }
}
