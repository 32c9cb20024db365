//! Text to words, without losing the text: a reason is kept as it was typed.

/// What reaches us, made safe to store: line breaks become spaces, other control characters go.
pub(super) fn edge(text: &str) -> String {
    let broken = |c: char| matches!(c, '\n' | '\r' | '\t' | '\u{2028}' | '\u{2029}');
    text.chars().map(|c| if broken(c) { ' ' } else { c }).filter(|c| !c.is_control()).collect()
}

/// A place in a text, between two words.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scan<'a> {
    rest: &'a str,
}

impl<'a> Scan<'a> {
    pub fn new(text: &'a str) -> Self {
        Self { rest: text.trim() }
    }
    /// All that is left.
    pub fn rest(self) -> &'a str {
        self.rest
    }
    /// The next word.
    pub fn peek(self) -> Option<&'a str> {
        self.rest.split_whitespace().next()
    }
    /// Behind the next word.
    pub fn after_one(self) -> Self {
        let word = self.peek().map_or(0, str::len);
        Self { rest: self.rest.get(word..).unwrap_or_default().trim_start() }
    }
    /// Takes the next word.
    pub fn take(&mut self) -> Option<&'a str> {
        let word = self.peek()?;
        *self = self.after_one();
        Some(word)
    }
    /// Passes over the command itself, which some platforms leave in: `/access`, or `/access@name` on Telegram.
    pub fn skip_command(&mut self) {
        let is_command = |w: &str| w.split('@').next().is_some_and(|c| c.eq_ignore_ascii_case("/access"));
        if self.peek().is_some_and(is_command) {
            *self = self.after_one();
        }
    }
}
