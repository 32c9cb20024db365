//! A card as lines, within a budget: what all of these systems show, in the order of the card.

use countersign_engine::card::{Card, Text};
use countersign_engine::words;

/// Bytes of a whole message, markup and escapes included. Every one of these systems takes more; nobody reads more in a
/// channel.
const BUDGET: usize = 12_000;
/// Characters of a line.
const LINE: usize = 700;

/// What a line is.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Line<'a> {
    Lead(&'a Text),
    Quote(&'a str),
    Field(&'a str, &'a Text),
    /// A symbol and the number of the step.
    Step(&'static str, usize, &'a Text),
    Below(&'a Text),
    Note(&'a Text),
    /// There was more; the console has it.
    Cut,
}

impl Line<'_> {
    fn length(&self) -> usize {
        let text = |text: &Text| weight(&text.to_plain()) + 60 * text.0.len();
        match self {
            Self::Lead(t) | Self::Step(_, _, t) | Self::Below(t) | Self::Note(t) => text(t) + 60,
            Self::Quote(t) => weight(t) + 60,
            Self::Field(label, t) => weight(label) + text(t) + 60,
            Self::Cut => 0,
        }
    }
}

/// Bytes that words come to at most: an escape of HTML or JSON with a word joiner behind it has nine.
fn weight(words: &str) -> usize {
    words.chars().map(|c| if c.is_alphanumeric() || c == ' ' { c.len_utf8() } else { 9 }).sum()
}

/// Everything but the title.
pub(super) fn lines(card: &Card) -> Vec<Line<'_>> {
    let mut all = Vec::new();
    all.extend((!card.lead.0.is_empty()).then_some(Line::Lead(&card.lead)));
    all.extend(card.quote.as_deref().map(Line::Quote));
    all.extend(card.fields.iter().map(|(label, value)| Line::Field(label, value)));
    for step in &card.steps {
        all.push(Line::Step(step.mark.symbol(), step.number, &step.text));
        all.extend(step.below.iter().map(Line::Below));
    }
    all.extend(card.notes.iter().filter(|note| !note.0.is_empty()).map(Line::Note));
    let mut left = BUDGET;
    let fits = all.iter().take_while(|line| match left.checked_sub(line.length()) {
        Some(rest) => {
            left = rest;
            true
        }
        None => false,
    });
    let fitting = fits.count();
    if fitting < all.len() {
        all.truncate(fitting);
        all.push(Line::Cut);
    }
    all
}

/// What a cut message ends with.
pub(super) const CUT: &str = "… the rest is on the console";

/// One line of words at most [`LINE`] long.
pub(super) fn shortened(words: &str) -> String {
    words::cut(words, LINE)
}
