//! Other people's words in a mail: one line of what can be seen, nothing that a mail client would make a link of (THREATS
//! A01, D05).

use countersign_engine::{
    card::{Span, Text},
    words::{cut, is_invisible},
};

/// Shows nothing and breaks nothing, but no client finds an address across it.
const JOINER: char = '\u{2060}';
/// Full stops that browsers read as dots of a host name (UTS 46, section 4).
const DOTS: [char; 4] = ['.', '\u{3002}', '\u{ff0e}', '\u{ff61}'];

/// A text in plain words, harmless wherever it stands.
pub(super) fn plain(text: &Text) -> String {
    let pieces: String = text.0.iter().map(span).collect();
    pieces.trim().to_owned()
}

/// One piece. `Code` is what a connector says of what it made, for copying: it is left whole, and never holds what people
/// wrote.
pub(super) fn span(span: &Span) -> String {
    match span {
        Span::Plain(words) | Span::Strong(words) => calm(words),
        Span::Code(words) => line(words),
        Span::Person(mention) => calm(mention.label()),
        Span::Moment(when) => calm(&when.fallback),
    }
}

/// Words in which nothing can be pressed.
pub(super) fn calm(words: &str) -> String {
    let line = line(words);
    let mut out = String::with_capacity(line.len());
    let mut before = ' ';
    let mut rest = line.chars().peekable();
    while let Some(c) = rest.next() {
        out.push(c);
        let next = rest.peek().copied().unwrap_or(' ');
        let parts = match c {
            '@' => next.is_alphanumeric() || next == '[',
            ':' => next == '/' || (before.is_alphanumeric() && !next.is_whitespace() && !next.is_ascii_digit()),
            c if DOTS.contains(&c) => next.is_alphabetic() || DOTS.contains(&next),
            _ => false,
        };
        if parts {
            out.push(JOINER);
        }
        before = c;
    }
    out
}

/// A header's value: one line, short enough to need no folding inside a word (RFC 5322, 2.1.1), and no `=?` in it, which
/// clients would take for an encoded word and decode (RFC 2047).
pub(crate) fn header(words: &str) -> String {
    cut(line(words).trim(), 200).replace("=?", "=\u{2060}?")
}

/// One line of what can be seen. First-strong isolates stay: the engine sets right-to-left words apart with them. Spaces at
/// the ends stay too, for they part one piece from the next.
fn line(words: &str) -> String {
    let isolate = |c: char| matches!(c, '\u{2068}' | '\u{2069}');
    let mut out = String::with_capacity(words.len());
    for c in words.chars() {
        if c.is_whitespace() || c.is_control() {
            if !out.ends_with(' ') {
                out.push(' ');
            }
        } else if isolate(c) || !is_invisible(c) {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(words: &str) -> String {
        calm(words).replace(JOINER, "+")
    }

    /// THREATS D05
    #[test]
    fn abuse_d05_nothing_in_words_can_be_pressed() {
        for (words, expected) in [
            ("https://evil.example/login", "https:+//evil.+example/login"),
            ("www.evil.example", "www.+evil.+example"),
            ("mailto:ann@acme.com", "mailto:+ann@+acme.+com"),
            ("t.me/evil", "t.+me/evil"),
            ("evil。example", "evil。+example"),
            ("пример.рф", "пример.+рф"),
            ("javascript:alert(1)", "javascript:+alert(1)"),
        ] {
            assert_eq!(joined(words), expected);
        }
    }

    #[test]
    fn ordinary_sentences_stay_whole() {
        for words in [
            "Until 10:37 UTC. Then Manager is asked.",
            "level >= team-lead · 1 of 2",
            "2.5 h: enough",
            "a\u{2068}ש\u{2069}",
        ] {
            assert_eq!(calm(words), words);
        }
        assert_eq!(calm("a\r\nBcc: b\0\u{202e}c"), "a Bcc: b c");
    }

    /// THREATS D05
    #[test]
    fn abuse_d05_headers_hold_one_line_and_no_encoded_word() {
        assert_eq!(header("a\r\nBcc: evil\u{2028}x"), "a Bcc: evil x");
        assert!(!header("=?utf-8?b?DQpCY2M6?=").contains("=?"));
    }
}
