//! Typed text as Slack's text objects. What people wrote is escaped, and can neither mention, link nor break the line
//! (THREATS D01, A01). Text without any markup of ours becomes `plain_text`, which Slack does not parse at all.

use countersign_engine::{
    card::{Span, Text, When},
    words::is_invisible,
};
use serde_json::{Value, json};

/// Slack's bounds (docs.slack.dev, "Block Kit" reference), in UTF-16 units, which never count fewer than Slack does.
pub(crate) mod limit {
    pub(crate) const HEADER: usize = 150;
    pub(crate) const SECTION: usize = 3_000;
    pub(crate) const FIELD: usize = 2_000;
    pub(crate) const FIELDS: usize = 10;
    pub(crate) const CONTEXT: usize = 2_000;
    pub(crate) const ELEMENTS: usize = 10;
    pub(crate) const BUTTON: usize = 75;
    pub(crate) const BUTTONS: usize = 5;
    pub(crate) const BLOCKS: usize = 50;
    /// Ours: a notification is one line.
    pub(crate) const SUMMARY: usize = 300;
}

/// How long Slack finds a text.
pub(crate) fn units(text: &str) -> usize {
    text.encode_utf16().count()
}

/// A text object that Slack does not parse. Never empty: Slack refuses empty ones.
pub(crate) fn plain(words: &str, max: usize) -> Value {
    json!({"type": "plain_text", "text": unparsed(&tidy(words), max), "emoji": false})
}

/// The same for our own sentences, which may have several lines.
pub(crate) fn paragraphs(words: &str, max: usize) -> Value {
    let lines: Vec<String> = words.lines().map(tidy).collect();
    json!({"type": "plain_text", "text": unparsed(&lines.join("\n"), max), "emoji": false})
}

/// Typed text: unparsed where nothing in it needs markup.
pub(crate) fn object(text: &Text, max: usize) -> Value {
    let only_words = text.0.iter().all(|span| matches!(span, Span::Plain(_)));
    if only_words { plain(&text.to_plain(), max) } else { mrkdwn(text, max) }
}

/// Typed text with markup of ours.
pub(crate) fn mrkdwn(text: &Text, max: usize) -> Value {
    marked_object(marked(text, max))
}

/// Text that [`marked`] has made. `verbatim` keeps Slack from finding links and names in it.
pub(crate) fn marked_object(text: String) -> Value {
    json!({"type": "mrkdwn", "text": text, "verbatim": true})
}

/// Escaped words, for the places that Slack reads as mrkdwn.
pub(crate) fn escaped(words: &str, max: usize) -> String {
    marked(&Text::plain(words), max)
}

/// Slack's markup for typed text, cut to `max` units between characters, never inside an escape.
pub(crate) fn marked(text: &Text, max: usize) -> String {
    let mut out = Pen { text: String::new(), left: max.saturating_sub(1), full: false };
    for span in &text.0 {
        match span {
            Span::Plain(words) => out.words(words),
            Span::Strong(words) => out.within('*', words),
            Span::Code(words) => out.within('`', words),
            Span::Person(mention) => out.within('*', mention.label()),
            Span::Moment(when) => out.moment(when),
        }
    }
    match (out.full, out.text.trim().is_empty()) {
        (true, _) => out.text.push('…'),
        (false, true) => out.text.push('–'),
        (false, false) => {}
    }
    out.text
}

/// Writes within a budget.
struct Pen {
    text: String,
    left: usize,
    full: bool,
}

impl Pen {
    /// All of it or nothing.
    fn put(&mut self, piece: &str) {
        let needed = units(piece);
        self.full = self.full || needed > self.left;
        if !self.full {
            self.left -= needed;
            self.text.push_str(piece);
        }
    }
    fn words(&mut self, words: &str) {
        let spaced = |edge: Option<char>| edge.is_some_and(char::is_whitespace);
        if spaced(words.chars().next()) {
            self.put(" ");
        }
        let tidy = tidy(words);
        for c in tidy.chars() {
            self.put(&escape(c));
        }
        if spaced(words.chars().next_back()) && !tidy.is_empty() {
            self.put(" ");
        }
    }
    /// Words between two marks; a mark inside them would end it early.
    fn within(&mut self, mark: char, words: &str) {
        let inner = tidy(words);
        if inner.is_empty() || self.left < 4 {
            self.full = self.full || !inner.is_empty();
            return;
        }
        self.put(&mark.to_string());
        self.left -= 1; // for the closing mark
        for c in inner.chars() {
            match c {
                '*' if mark == '*' => self.put("∗"),
                '`' => self.put("ʼ"),
                c => self.put(&escape(c)),
            }
        }
        self.text.push(mark);
    }
    /// Shown in the reader's own time zone; the fallback is for clients that cannot.
    fn moment(&mut self, when: &When) {
        let fallback: String = tidy(&when.fallback).chars().filter(|c| !"<>&|^".contains(*c)).collect();
        self.put(&format!("<!date^{}^{{date_short_pretty}} {{time}}|{fallback}>", when.at.timestamp()));
    }
}

/// The three characters with a meaning in mrkdwn.
fn escape(c: char) -> std::borrow::Cow<'static, str> {
    match c {
        '&' => "&amp;".into(),
        '<' => "&lt;".into(),
        '>' => "&gt;".into(),
        c => c.to_string().into(),
    }
}

/// Cut, and with every `<!`, `<@`, `<#` broken by a word joiner: nothing parses `plain_text`, but copies of it might be.
fn unparsed(words: &str, max: usize) -> String {
    let mut out = Pen { text: String::new(), left: max.saturating_sub(1), full: false };
    let mut last = ' ';
    for c in words.chars() {
        if last == '<' && matches!(c, '!' | '@' | '#') {
            out.put("\u{2060}");
        }
        out.put(c.encode_utf8(&mut [0; 4]));
        last = c;
    }
    match (out.full, out.text.trim().is_empty()) {
        (true, _) => out.text.push('…'),
        (false, true) => out.text = "–".into(),
        (false, false) => {}
    }
    out.text
}

/// One line of what can be seen (THREATS A01). First-strong isolates stay: the engine sets right-to-left words apart with
/// them.
fn tidy(words: &str) -> String {
    let isolate = |c: char| matches!(c, '\u{2068}' | '\u{2069}');
    let spaced = words.chars().map(|c| if c.is_control() { ' ' } else { c });
    let line: String = spaced.filter(|c| isolate(*c) || !is_invisible(*c)).collect();
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}
