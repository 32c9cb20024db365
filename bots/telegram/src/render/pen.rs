//! Writes text with entities: offsets and lengths in UTF-16 units (core.telegram.org/bots/api, "MessageEntity"). No markup
//! language is involved, so no words can be taken for markup (THREATS D03).

use super::dead::{Dead, JOINER};
use countersign_engine::{
    card::{Span, Text, When},
    words::is_invisible,
};
use serde_json::{Value, json};

/// The longest text, in UTF-16 units (core.telegram.org/bots/api, "sendMessage").
pub(crate) const TEXT: usize = 4_096;
/// The most entities that Telegram keeps (core.telegram.org/api/entities).
const ENTITIES: usize = 100;

/// A text that grows within a budget.
#[derive(Debug)]
pub(crate) struct Pen {
    text: String,
    units: usize,
    max: usize,
    full: bool,
    dead: Dead,
    entities: Vec<Value>,
}

impl Pen {
    /// For at most `max` units, at least one.
    pub(crate) fn new(max: usize) -> Self {
        Self {
            text: String::new(),
            units: 0,
            max: max.min(TEXT),
            full: false,
            dead: Dead::default(),
            entities: Vec::new(),
        }
    }

    /// The text and its entities; with `…` where something is missing.
    pub(crate) fn done(mut self) -> (String, Vec<Value>) {
        if self.full {
            self.text.push('…');
        }
        if self.text.trim().is_empty() {
            self.text.push('–');
        }
        // The inner ones come out first; Telegram wants the outer ones first.
        self.entities.sort_by_key(|e| (e["offset"].as_u64(), std::cmp::Reverse(e["length"].as_u64())));
        (self.text, self.entities)
    }

    /// How many units are written.
    pub(crate) fn units(&self) -> usize {
        self.units
    }

    /// Begins a line, unless nothing is written yet.
    pub(crate) fn line(&mut self) {
        if !self.text.is_empty() {
            self.put('\n');
        }
    }

    /// Other people's words, or ours that may quote them: one line, without anything live in it.
    pub(crate) fn words(&mut self, words: &str) {
        let spaced = |edge: Option<char>| edge.is_some_and(char::is_whitespace);
        let tidy = tidy(words);
        if spaced(words.chars().next()) {
            self.put(' ');
        }
        tidy.chars().for_each(|c| self.put(c));
        if spaced(words.chars().next_back()) && !tidy.is_empty() {
            self.put(' ');
        }
    }

    /// Our own sentences, which may have several lines. Links to our own console stay live.
    pub(crate) fn paragraphs(&mut self, words: &str, console: &str) {
        for (n, line) in words.lines().enumerate() {
            if n > 0 {
                self.put('\n');
            }
            let mut rest = line;
            while let Some((before, link, after)) = super::link::split(rest, console) {
                self.words(before);
                self.raw(link);
                rest = after;
            }
            self.words(rest);
        }
    }

    /// As it is, joined to nothing: what Telegram looks for nothing in (code), or what may be live.
    pub(crate) fn raw(&mut self, words: &str) {
        for (n, c) in words.chars().enumerate() {
            if n == 0 { self.put(c) } else { self.push(c) }
        }
    }

    /// A link of ours on these words.
    pub(crate) fn link(&mut self, words: &str, url: &str) {
        self.within(json!({"type": "text_link", "url": url}), |pen| pen.words(words));
    }

    /// Whatever `write` writes is this entity.
    pub(crate) fn within(&mut self, mut entity: Value, write: impl FnOnce(&mut Self)) {
        let before = self.units;
        write(self);
        // A joiner that the first character needed stands inside; nothing shows.
        let length = self.units - before;
        if length > 0 && self.entities.len() < ENTITIES {
            entity["offset"] = before.into();
            entity["length"] = length.into();
            self.entities.push(entity);
        }
    }

    /// Typed text.
    pub(crate) fn text(&mut self, text: &Text) {
        for span in &text.0 {
            match span {
                Span::Plain(words) => self.words(words),
                Span::Strong(words) => self.within(json!({"type": "bold"}), |pen| pen.words(words)),
                Span::Code(words) => self.code(words),
                // Telegram has no mention by id that is sure to stay silent in a group: our own name for them.
                Span::Person(mention) => self.within(json!({"type": "bold"}), |pen| pen.words(mention.label())),
                Span::Moment(when) => self.moment(when),
            }
        }
    }

    /// Names to be copied: Telegram looks for nothing in code, so they need no joiners, which would be copied too.
    fn code(&mut self, words: &str) {
        if self.dead.joins('c') {
            self.push(JOINER);
        }
        self.within(json!({"type": "code"}), |pen| tidy(words).chars().for_each(|c| pen.push(c)));
    }

    /// Shown in the reader's own time zone; the words are for clients that cannot.
    fn moment(&mut self, when: &When) {
        let entity = json!({"type": "date_time", "unix_time": when.at.timestamp(), "date_time_format": "dt"});
        self.within(entity, |pen| pen.words(&when.fallback));
    }

    fn put(&mut self, c: char) {
        if self.dead.joins(c) {
            self.push(JOINER);
        }
        self.push(c);
    }

    /// All of it or nothing; one unit is kept for `…`.
    fn push(&mut self, c: char) {
        self.full = self.full || self.units + c.len_utf16() > self.max - 1;
        if !self.full {
            self.units += c.len_utf16();
            self.text.push(c);
            self.dead.wrote(c);
        }
    }
}

/// One line of what can be seen (THREATS A01). First-strong isolates stay: the engine sets right-to-left words apart with
/// them.
pub(crate) fn tidy(words: &str) -> String {
    let isolate = |c: char| matches!(c, '\u{2068}' | '\u{2069}');
    let spaced = words.chars().map(|c| if c.is_control() || c.is_whitespace() { ' ' } else { c });
    let line: String = spaced.filter(|c| isolate(*c) || !is_invisible(*c)).collect();
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}
