//! What keeps Telegram from finding links, names and commands in people's words. Telegram's servers look for them in every
//! message, whatever entities come with it (core.telegram.org/api/entities), so the words themselves must not have their
//! shape: a word joiner, which shows nothing, stands after each character that begins or holds together such a thing.

/// U+2060, WORD JOINER: neither part of a name, a tag, a command or a host, nor a place where a line breaks.
pub(crate) const JOINER: char = '\u{2060}';

/// After so many digits of one number a joiner follows, before it can be a telephone's or a bank card's (13 to 19 digits).
const DIGITS: usize = 8;

/// Watches a text grow, and says where joiners are due.
#[derive(Debug, Default)]
pub(crate) struct Dead {
    last: Option<char>,
    digits: usize,
}

impl Dead {
    /// Is a joiner due before this character?
    pub(crate) fn joins(&mut self, next: char) -> bool {
        let shaped = matches!(self.last, Some('@' | '#' | '$' | '/' | '+' | '.')) && !next.is_whitespace();
        let long = next.is_numeric() && self.digits >= DIGITS;
        if long {
            self.digits = 0;
        }
        (shaped || long) && next != JOINER
    }

    /// This character was written.
    pub(crate) fn wrote(&mut self, c: char) {
        self.digits = match c {
            c if c.is_numeric() => self.digits + 1,
            ' ' | '-' | '(' | ')' => self.digits,
            _ => 0,
        };
        self.last = Some(c);
    }
}
