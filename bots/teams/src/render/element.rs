//! The parts of a card's body: heading, lead, quotation, fields, steps, notes.

use super::text::{Look, line};
use countersign_engine::card::{Card, Span, StepLine, Text, Tone};
use serde_json::{Value, json};

/// How much of a card is shown when it is large.
#[derive(Clone, Copy, Debug)]
pub(super) struct Budget {
    /// Characters of one line.
    pub(super) words: usize,
    /// Lines of a kind.
    lines: usize,
    /// Smaller lines below one step.
    below: usize,
}

impl Budget {
    /// From everything to what always fits.
    pub(super) const ALL: [Self; 4] = [
        Self { words: 2_500, lines: 40, below: 12 },
        Self { words: 600, lines: 20, below: 6 },
        Self { words: 200, lines: 12, below: 3 },
        Self { words: 80, lines: 6, below: 1 },
    ];
}

/// All of it, in order.
pub(super) fn body(card: &Card, budget: Budget) -> Vec<Value> {
    let mut body = vec![heading(card, budget)];
    if !card.lead.0.is_empty() {
        body.push(line(&card.lead, Look::default(), budget.words));
    }
    if let Some(quote) = &card.quote {
        let words = words(&format!("\u{201c}{quote}\u{201d}"), Look { italic: true, ..Look::default() }, budget.words);
        body.push(json!({"type": "Container", "style": "emphasis", "items": [words]}));
    }
    body.extend(card.fields.iter().take(budget.lines).map(|(label, value)| field(label, value, budget)));
    let steps: Vec<Value> = card.steps.iter().take(budget.lines).flat_map(|step| step_lines(step, budget)).collect();
    if !steps.is_empty() {
        body.push(json!({"type": "Container", "separator": true, "items": steps}));
    }
    let quiet = Look { quiet: true, ..Look::default() };
    let notes = card.notes.iter().filter(|note| !note.0.is_empty()).take(budget.lines);
    body.extend(notes.map(|note| tight(line(note, quiet, budget.words))));
    body
}

/// A line of somebody's words.
pub(super) fn words(words: &str, look: Look, max: usize) -> Value {
    line(&Text::plain(words), look, max)
}

/// The same, smaller and close to what stands above it.
pub(super) fn quiet(words: &str, max: usize) -> Value {
    tight(line(&Text::plain(words), Look { quiet: true, ..Look::default() }, max))
}

fn heading(card: &Card, budget: Budget) -> Value {
    let style = match card.tone {
        Tone::Waiting => "accent",
        Tone::Good => "good",
        Tone::Bad => "attention",
        Tone::Quiet => "emphasis",
        Tone::Alarm => "warning",
    };
    let mut title = Text::plain(card.tone.symbol());
    title.0.extend(card.title.0.iter().cloned());
    let look = Look { strong: true, large: true, ..Look::default() };
    json!({"type": "Container", "style": style, "bleed": true, "items": [line(&title, look, budget.words.min(200))]})
}

fn field(label: &str, value: &Text, budget: Budget) -> Value {
    let mut text = Text::default().with(Span::Strong(label.to_owned())).then("  ");
    text.0.extend(value.0.iter().cloned());
    line(&text, Look::default(), budget.words)
}

fn step_lines(step: &StepLine, budget: Budget) -> Vec<Value> {
    let mut text = Text::plain(format!("{} {} ", step.mark.symbol(), step.number));
    text.0.extend(step.text.0.iter().cloned());
    let quiet = Look { quiet: true, ..Look::default() };
    let below = step.below.iter().take(budget.below).map(|below| {
        let mut text = Text::plain("↳ ");
        text.0.extend(below.0.iter().cloned());
        tight(line(&text, quiet, budget.words))
    });
    [line(&text, Look::default(), budget.words)].into_iter().chain(below).collect()
}

/// Closer to what stands above it.
fn tight(mut element: Value) -> Value {
    element["spacing"] = "Small".into();
    element
}
