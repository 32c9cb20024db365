//! Typed text as text runs, which Teams shows as they are: no Markdown, no links (THREATS D04). What people wrote is kept
//! to one line of what can be seen (THREATS A01), and what other parts of a card would expand is broken all the same.

use countersign_engine::{
    card::{Span, Text},
    words::is_invisible,
};
use serde_json::{Value, json};

/// No line has more pieces than this; the engine's have at most a dozen.
const RUNS: usize = 24;

/// How a line looks.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Look {
    pub(crate) strong: bool,
    pub(crate) large: bool,
    pub(crate) quiet: bool,
    pub(crate) italic: bool,
}

/// A line of typed text, at most `max` characters long.
pub(crate) fn line(text: &Text, look: Look, max: usize) -> Value {
    let mut pen = Pen { runs: Vec::new(), look, left: max };
    for span in &text.0 {
        match span {
            Span::Plain(words) => pen.write(words, None),
            Span::Strong(words) => pen.write(words, Some(("weight", "Bolder"))),
            Span::Code(words) => pen.write(words, Some(("fontType", "Monospace"))),
            Span::Person(mention) => pen.write(mention.label(), Some(("weight", "Bolder"))),
            // A text run cannot show a moment in the reader's time zone; only what parses Markdown can.
            Span::Moment(when) => pen.write(&when.fallback, None),
        }
    }
    if pen.runs.is_empty() {
        pen.write("–", None);
    }
    json!({"type": "RichTextBlock", "inlines": pen.runs})
}

/// Words of anybody's, on one line, for the places that take a plain string.
pub(crate) fn plain(words: &str, max: usize) -> String {
    let words = harmless(&tidy(words));
    match words.char_indices().nth(max) {
        None => words,
        Some(_) => words.chars().take(max.saturating_sub(1)).chain(['…']).collect(),
    }
}

struct Pen {
    runs: Vec<Value>,
    look: Look,
    left: usize,
}

impl Pen {
    fn write(&mut self, words: &str, mark: Option<(&str, &str)>) {
        let spaced = |edge: Option<char>| if edge.is_some_and(char::is_whitespace) { " " } else { "" };
        let inner = tidy(words);
        if self.left == 0 || (inner.is_empty() && words.is_empty()) {
            return;
        }
        let (before, after) = (spaced(words.chars().next()), spaced(words.chars().next_back()));
        let whole = if inner.is_empty() { before.to_owned() } else { format!("{before}{inner}{after}") };
        let long = whole.chars().count();
        let cut = long > self.left || self.runs.len() + 1 == RUNS;
        let whole = match cut {
            true => whole.chars().take(self.left.saturating_sub(1)).chain(['…']).collect(),
            false => whole,
        };
        self.left = if cut { 0 } else { self.left - long };
        let mut run = json!({"type": "TextRun", "text": harmless(&whole)});
        let Look { strong, large, quiet, italic } = self.look;
        let looks = [
            (strong, "weight", json!("Bolder")),
            (large, "size", json!("Medium")),
            (quiet, "isSubtle", json!(true)),
            (quiet, "size", json!("Small")),
            (italic, "italic", json!(true)),
        ];
        for (_, name, value) in looks.into_iter().filter(|(on, ..)| *on) {
            run[name] = value;
        }
        if let Some((name, value)) = mark {
            run[name] = value.into();
        }
        self.runs.push(run);
    }
}

/// Breaks what Teams would read as a mention (`<at>`) and what Adaptive Cards would read as a date (`{{DATE(...)}}`).
fn harmless(words: &str) -> String {
    let live = |rest: &str| {
        let start: String = rest.chars().take(4).collect::<String>().to_lowercase();
        start.starts_with("<at") || start == "</at" || start.starts_with("{{")
    };
    let mut out = String::with_capacity(words.len());
    for (at, c) in words.char_indices() {
        out.push(c);
        if matches!(c, '<' | '{') && words.get(at..).is_some_and(live) {
            out.push('\u{2060}');
        }
    }
    out
}

/// One line of what can be seen. First-strong isolates stay: the engine sets right-to-left words apart with them.
fn tidy(words: &str) -> String {
    let isolate = |c: char| matches!(c, '\u{2068}' | '\u{2069}');
    let spaced = words.chars().map(|c| if c.is_control() { ' ' } else { c });
    let line: String = spaced.filter(|c| isolate(*c) || !is_invisible(*c)).collect();
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}
