//! What a mail of ours must look like, judged from the lines that came (RFC 5322, 2.2, 3.6).

use super::{letter::Letter, mime};

/// Headers that our mails have; one that is not here came in through somebody's words.
const KNOWN: [&str; 12] = [
    "Date",
    "From",
    "To",
    "Subject",
    "Message-ID",
    "References",
    "In-Reply-To",
    "Auto-Submitted",
    "X-Auto-Response-Suppress",
    "List-Unsubscribe",
    "MIME-Version",
    "Content-Type",
];
const NEEDED: [&str; 8] =
    ["Date", "From", "To", "Subject", "Message-ID", "Auto-Submitted", "X-Auto-Response-Suppress", "MIME-Version"];

/// Everything that is wrong with it.
pub(super) fn judge(letter: &Letter, lines: &[String]) -> Vec<String> {
    let mut wrong = Vec::new();
    let (raw, _) = mime::split(lines);
    for (index, (name, value)) in raw.iter().enumerate() {
        if !KNOWN.iter().any(|known| known.eq_ignore_ascii_case(name)) {
            wrong.push(format!("a header that nobody writes: {name}: {value}"));
        }
        if raw[..index].iter().any(|(other, _)| other.eq_ignore_ascii_case(name)) {
            wrong.push(format!("a second {name}"));
        }
    }
    for name in NEEDED.iter().filter(|name| mime::value(&raw, name).is_none_or(str::is_empty)) {
        wrong.push(format!("no {name}"));
    }
    for (name, value) in &letter.headers {
        if value.chars().any(char::is_control) {
            wrong.push(format!("a control character in {name}: {value:?}"));
        }
    }
    for name in ["Message-ID", "References", "In-Reply-To"] {
        let value = letter.header(name);
        let is_id = value.starts_with('<') && value.ends_with('>') && value.matches('@').count() == 1;
        if !value.is_empty() && (!is_id || value.contains(char::is_whitespace)) {
            wrong.push(format!("{name}: {value}"));
        }
    }
    if !letter.header("From").contains(&letter.from) || letter.header("To") != letter.to {
        wrong.push(format!("the envelope and the headers disagree: {} to {}", letter.from, letter.to));
    }
    let kinds: Vec<&str> = letter.kinds.iter().map(|k| k.split(';').next().unwrap_or_default()).collect();
    if kinds != ["text/plain", "text/html"] || !letter.header("Content-Type").starts_with("multipart/alternative") {
        wrong.push(format!("parts: {:?} in {}", letter.kinds, letter.header("Content-Type")));
    }
    wrong
}
