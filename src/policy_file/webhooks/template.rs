//! From a sender's JSON to our fields: a JSON pointer (RFC 6901), or words with pointers in them.

use super::super::section::{Section, Word, cut};

/// `"/pull_request/req"`, or `"CI: {/run/url}"`, or plain words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template(pub Vec<Piece>);

/// A piece of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// As it is.
    Words(String),
    /// What stands at this pointer.
    At(String),
}

/// Reads a key; `None` when it is absent or wrong.
pub(super) fn read(section: &Section<'_>, key: &'static str) -> Option<Template> {
    let word = section.text(key)?;
    parse(section, &word)
}

/// The same, and it must be there.
pub(super) fn required(section: &Section<'_>, key: &'static str, example: &str) -> Option<Template> {
    if !section.has(key) {
        section.missing(key, example);
    }
    read(section, key)
}

fn parse(section: &Section<'_>, word: &Word<'_>) -> Option<Template> {
    let wrong = |what: String| {
        let hint = "a pointer is \"/a/b\", from the top of the sender's JSON; within words it stands in braces: \"run {/a/b}\"";
        section.report.problem(&word.span, what, hint);
    };
    if word.text.is_empty() {
        wrong("this is empty".into());
        return None;
    }
    if word.text.starts_with('/') {
        return match is_pointer(word.text) {
            true => Some(Template(vec![Piece::At(word.text.to_owned())])),
            false => {
                wrong(format!("\"{}\" is not a JSON pointer", cut(word.text)));
                None
            }
        };
    }
    let mut pieces = Vec::new();
    let mut rest = word.text;
    while let Some((before, after)) = rest.split_once("{/") {
        let Some((pointer, after)) = after.split_once('}') else {
            wrong(format!("\"{}\" has a brace that does not close", cut(word.text)));
            return None;
        };
        let pointer = format!("/{pointer}");
        if !is_pointer(&pointer) {
            wrong(format!("\"{}\" is not a JSON pointer", cut(&pointer)));
            return None;
        }
        pieces.extend((!before.is_empty()).then(|| Piece::Words(before.to_owned())));
        pieces.push(Piece::At(pointer));
        rest = after;
    }
    pieces.extend((!rest.is_empty()).then(|| Piece::Words(rest.to_owned())));
    Some(Template(pieces))
}

/// `~` only as `~0` and `~1`.
fn is_pointer(text: &str) -> bool {
    text.starts_with('/') && text.split('~').skip(1).all(|rest| rest.starts_with(['0', '1']))
}
