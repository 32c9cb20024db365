//! A card as Block Kit. Pure; one function for every message we post.

pub(crate) mod block;
pub(crate) mod text;

use block::Section;
use countersign_engine::card::{Button, ButtonStyle, Card, StepLine, Text};
use serde_json::{Value, json};
use text::{limit, mrkdwn, object, plain};

/// A card's blocks: heading, lead, quotation, fields, steps, notes, buttons; at most 50.
pub fn blocks(card: &Card) -> Vec<Value> {
    let mut blocks = vec![heading(card)];
    if !card.lead.0.is_empty() {
        blocks.push(block::section(object(&card.lead, limit::SECTION)));
    }
    if let Some(quote) = &card.quote {
        blocks.push(block::section(plain(&format!("\u{201c}{quote}\u{201d}"), limit::SECTION)));
    }
    blocks.extend(fields(&card.fields));
    blocks.extend(steps(&card.steps));
    let buttons = buttons(&card.buttons);
    let room = limit::BLOCKS - usize::from(buttons.is_some());
    blocks.truncate(room);
    blocks.extend(notes(&card.notes).into_iter().take(room - blocks.len()));
    blocks.extend(buttons);
    blocks
}

/// What notifications and screen readers get in place of the blocks. Slack reads this one as mrkdwn.
pub(crate) fn summary(card: &Card) -> String {
    let words = if card.summary.is_empty() { card.title.to_plain() } else { card.summary.clone() };
    text::escaped(&words, limit::SUMMARY)
}

fn heading(card: &Card) -> Value {
    let title = format!("{}{}", card.tone.symbol(), card.title.to_plain());
    json!({"type": "header", "text": plain(&title, limit::HEADER)})
}

/// Label and value side by side, five a section; a long value gets a section of its own.
fn fields(fields: &[(String, Text)]) -> Vec<Value> {
    let mut blocks = Vec::new();
    let mut row = Vec::new();
    let flush = |row: &mut Vec<Value>, blocks: &mut Vec<Value>| {
        if !row.is_empty() {
            blocks.push(json!({"type": "section", "fields": std::mem::take(row)}));
        }
    };
    for (label, value) in fields {
        if value.to_plain().chars().count() > 200 {
            flush(&mut row, &mut blocks);
            blocks.push(block::section(mrkdwn(&Text::default().with(strong(label)), limit::FIELD)));
            blocks.push(block::section(object(value, limit::SECTION)));
            continue;
        }
        row.push(mrkdwn(&Text::default().with(strong(label)), limit::FIELD));
        row.push(object(value, limit::FIELD));
        if row.len() == limit::FIELDS {
            flush(&mut row, &mut blocks);
        }
    }
    flush(&mut row, &mut blocks);
    blocks
}

fn strong(words: &str) -> countersign_engine::card::Span {
    countersign_engine::card::Span::Strong(words.to_owned())
}

/// The chain, one line a step, packed into as few sections as hold them.
fn steps(steps: &[StepLine]) -> Vec<Value> {
    let mut sections = Section::default();
    for step in steps {
        sections.line(&format!("{} {}  ", step.mark.symbol(), step.number), &step.text);
        for below in &step.below {
            sections.line("        ↳ ", below);
        }
    }
    sections.into_blocks()
}

fn notes(notes: &[Text]) -> Vec<Value> {
    let elements: Vec<Value> = notes.iter().filter(|n| !n.0.is_empty()).map(|n| object(n, limit::CONTEXT)).collect();
    elements.chunks(limit::ELEMENTS).map(|some| json!({"type": "context", "elements": some})).collect()
}

fn buttons(buttons: &[Button]) -> Option<Value> {
    let elements: Vec<Value> = buttons
        .iter()
        .take(limit::BUTTONS)
        .map(|b| block::button(&b.label, b.style, b.token.verb.key(), &b.token.to_string()))
        .collect();
    (!elements.is_empty()).then(|| block::actions(elements))
}

/// How Slack names a button's look; plain ones have no name.
pub(crate) fn style(style: ButtonStyle) -> Option<&'static str> {
    match style {
        ButtonStyle::Primary => Some("primary"),
        ButtonStyle::Danger => Some("danger"),
        ButtonStyle::Plain => None,
    }
}
