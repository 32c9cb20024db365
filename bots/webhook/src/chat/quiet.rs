//! People's words as text that none of these systems takes for anything else (THREATS D01, A01).
//!
//! Their markups have no escape that all of them honour, so what would start a mention, a link or markup is broken by a
//! word joiner, which nobody sees, or replaced by a sign that looks the same.

use countersign_engine::words::is_invisible;

/// Shows nothing and joins what it stands between.
const JOINER: char = '\u{2060}';

/// One line of what can be seen. First-strong isolates stay: the engine sets right-to-left words apart with them.
pub(super) fn tidy(words: &str) -> String {
    let isolate = |c: char| matches!(c, '\u{2068}' | '\u{2069}');
    let spaced = words.chars().map(|c| if c.is_control() { ' ' } else { c });
    let line: String = spaced.filter(|c| isolate(*c) || !is_invisible(*c)).collect();
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Without mentions (`@all`, `<users/all>`, `#place`, `~place`), links (`https://`, `www.`, `name.example`), emoji names
/// and card functions (`{{DATE(..)}}`).
pub(super) fn unlinked(words: &str) -> String {
    let tidy = tidy(words);
    let mut out = String::with_capacity(tidy.len() + 16);
    let mut chars = tidy.chars().peekable();
    while let Some(c) = chars.next() {
        out.push(c);
        let breaks = match (c, chars.peek()) {
            // What follows may be another piece.
            ('@' | '<' | '#' | '~' | ':' | ']' | '{' | '|' | '$' | '!' | '=' | '\\', None) => true,
            (_, None) => false,
            ('@' | '<' | '#' | '~', Some(_)) => true,
            (':', Some(next)) => !next.is_whitespace() && !next.is_ascii_digit(),
            ('.', Some(next)) => next.is_alphanumeric(),
            (']', Some('(' | '[' | ':')) | ('{', Some('{')) | ('|', Some('|')) | ('$', Some('$')) => true,
            ('!', Some('[' | '(')) | ('=', Some('=')) | ('\\', Some(_)) => true,
            _ => false,
        };
        if breaks {
            out.push(JOINER);
        }
    }
    out
}

/// The same for the markdown dialects: nothing bold, slanted, struck through or code.
pub(super) fn unmarked(words: &str) -> String {
    let alike = |c: char| match c {
        '*' => '∗',
        '_' => 'ˍ',
        '~' => '∼',
        '`' => 'ʼ',
        c => c,
    };
    unlinked(words).chars().map(alike).collect()
}

/// Never empty: some of these systems refuse what is.
pub(super) fn filled(words: String) -> String {
    if words.trim().is_empty() { "–".to_owned() } else { words }
}

/// Spaces at the ends of a piece matter where pieces are put together.
pub(super) fn piece(words: &str, render: impl Fn(&str) -> String) -> String {
    let spaced = |edge: Option<char>| if edge.is_some_and(char::is_whitespace) { " " } else { "" };
    let inner = render(words);
    match inner.is_empty() {
        true => spaced(words.chars().next()).to_owned(),
        false => format!("{}{inner}{}", spaced(words.chars().next()), spaced(words.chars().next_back())),
    }
}
