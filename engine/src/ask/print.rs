//! The way back: what one would type for a draft.

use super::draft::QUOTES;
use crate::{command::Draft, time::Length};

/// What to type to ask for this: `prod-db read-write 4h "billing migration"`. [`super::parse`] reads it back.
pub fn print(draft: &Draft) -> String {
    let mut words = vec![draft.resource.to_string()];
    words.extend(draft.access.as_ref().map(ToString::to_string));
    words.push(exact(draft.duration));
    words.extend(draft.reason.as_deref().map(quoted));
    words.join(" ")
}

/// In quotes that the text itself does not hold, so that its first word is never taken for an access level.
fn quoted(text: &str) -> String {
    match QUOTES.iter().find(|(open, close)| !text.contains([*open, *close])) {
        Some((open, close)) => format!("{open}{text}{close}"),
        None => text.to_owned(),
    }
}

/// To the second, where [`Length`] itself rounds to two units.
fn exact(length: Length) -> String {
    let mut rest = length.seconds();
    let mut text = String::new();
    for (unit, letter) in [(86_400, 'd'), (3_600, 'h'), (60, 'm'), (1, 's')] {
        if rest >= unit {
            text.push_str(&format!("{}{letter}", rest / unit));
            rest %= unit;
        }
    }
    text
}
