//! The neutral card as a page shows it: what everyone sees on every platform, here in HTML.

use super::text;
use crate::console::page::iso;
use countersign_engine::card::{self, ButtonStyle, Mark, Span, StepLine, Text, Tone, Verb};

/// A card.
pub struct Card {
    /// The style, as for a request's mark.
    pub tone: &'static str,
    /// The first line.
    pub title: Vec<Piece>,
    /// Who wants what.
    pub lead: Vec<Piece>,
    /// Why.
    pub quote: Option<String>,
    /// Label and value.
    pub fields: Vec<(String, Vec<Piece>)>,
    /// The chain.
    pub steps: Vec<Step>,
    /// Smaller lines below.
    pub notes: Vec<Vec<Piece>>,
    /// What can be pressed.
    pub buttons: Vec<Button>,
}

/// A step's line.
pub struct Step {
    /// Counted from 1.
    pub number: usize,
    /// Where it stands, as a style.
    pub mark: &'static str,
    /// The line.
    pub line: Vec<Piece>,
    /// Smaller lines below it.
    pub below: Vec<Vec<Piece>>,
}

/// A piece of text: its element, its words, and its moment where it has one.
pub struct Piece {
    /// `plain`, `strong`, `code`, `person` or `moment`.
    pub kind: &'static str,
    /// The words; escaped by the template.
    pub words: String,
    /// RFC 3339, for a moment.
    pub at: String,
}

/// A button.
pub struct Button {
    /// What it says.
    pub label: String,
    /// Its style.
    pub style: &'static str,
    /// What it carries.
    pub token: String,
    /// Pressing it asks for a note first.
    pub asks_note: bool,
}

impl From<&card::Card> for Card {
    fn from(card: &card::Card) -> Self {
        Self {
            tone: match card.tone {
                Tone::Waiting => "wait",
                Tone::Good => "good",
                Tone::Bad => "bad",
                Tone::Quiet => "quiet",
                Tone::Alarm => "alarm",
            },
            title: pieces(&card.title),
            lead: pieces(&card.lead),
            quote: card.quote.as_deref().map(text::clean),
            fields: card.fields.iter().map(|(label, value)| (text::clean(label), pieces(value))).collect(),
            steps: card.steps.iter().map(step).collect(),
            notes: card.notes.iter().map(pieces).collect(),
            buttons: card.buttons.iter().map(button).collect(),
        }
    }
}

fn step(line: &StepLine) -> Step {
    Step {
        number: line.number,
        mark: match line.mark {
            Mark::Ahead => "ahead",
            Mark::Open => "open",
            Mark::Blocked => "blocked",
            Mark::Passed => "passed",
            Mark::Stopped => "stopped",
            Mark::Skipped => "skipped",
        },
        line: pieces(&line.text),
        below: line.below.iter().map(pieces).collect(),
    }
}

/// A line in pieces.
pub fn pieces(line: &Text) -> Vec<Piece> {
    // The engine has cleaned the words; cleaning again would eat the spaces between pieces.
    let piece = |kind, words: &str, at| Piece { kind, words: words.to_owned(), at };
    let one = |span: &Span| match span {
        Span::Plain(words) => piece("plain", words, String::new()),
        Span::Strong(words) => piece("strong", words, String::new()),
        Span::Code(words) => piece("code", words, String::new()),
        Span::Person(mention) => piece("person", mention.label(), String::new()),
        Span::Moment(when) => piece("moment", &when.fallback, iso(when.at)),
    };
    line.0.iter().map(one).collect()
}

fn button(button: &card::Button) -> Button {
    Button {
        label: text::clean(&button.label),
        style: match button.style {
            ButtonStyle::Primary => "primary",
            ButtonStyle::Danger => "danger",
            ButtonStyle::Plain => "plain",
        },
        token: button.token.to_string(),
        asks_note: button.token.verb == Verb::Deny,
    }
}
