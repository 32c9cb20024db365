//! A card as Discord's components, version 2: a container with the tone's colour, texts, and a row of buttons. Pure; one
//! function for every message that we post. Embeds would have links of their own and no order of ours.

mod message;
pub(crate) mod text;

pub(crate) use message::{above, posted, words};

use countersign_engine::card::{Button, ButtonStyle, Card, StepLine, Text, Tone};
use serde_json::{Value, json};
use text::{marked, unparsed};

/// Discord's bounds (discord.com/developers, "Component Reference").
pub(crate) mod limit {
    /// All texts of a message together, in characters.
    pub(crate) const TEXT: usize = 4_000;
    pub(crate) const LABEL: usize = 80;
    pub(crate) const BUTTONS: usize = 5;
    pub(crate) const CUSTOM_ID: usize = 100;
}

/// Component types.
pub(crate) mod kind {
    pub(crate) const ROW: u8 = 1;
    pub(crate) const BUTTON: u8 = 2;
    pub(crate) const TEXT: u8 = 10;
    pub(crate) const SEPARATOR: u8 = 14;
    pub(crate) const CONTAINER: u8 = 17;
}

/// A card's components: what it is about, the chain, notes, buttons.
pub fn components(card: &Card) -> Vec<Value> {
    within(card, limit::TEXT)
}

/// The same within a budget of characters.
fn within(card: &Card, budget: usize) -> Vec<Value> {
    let mut room = Room { left: budget };
    let parts = [room.paragraph(head(card)), room.paragraph(steps(&card.steps)), room.paragraph(notes(&card.notes))];
    let mut inside = Vec::new();
    for part in parts.into_iter().flatten() {
        if !inside.is_empty() {
            inside.push(json!({"type": kind::SEPARATOR, "divider": true, "spacing": 1}));
        }
        inside.push(words_of(&part));
    }
    inside.extend(buttons(&card.buttons));
    vec![json!({"type": kind::CONTAINER, "accent_color": colour(card.tone), "components": inside})]
}

fn words_of(text: &str) -> Value {
    json!({"type": kind::TEXT, "content": text})
}

/// What is left of a message's characters.
struct Room {
    left: usize,
}

impl Room {
    /// As many of the lines as fit.
    fn paragraph(&mut self, lines: Vec<String>) -> Option<String> {
        let mut paragraph = String::new();
        for line in lines {
            let needed = text::units(&line) + 1;
            if needed > self.left {
                break;
            }
            self.left -= needed;
            if !paragraph.is_empty() {
                paragraph.push('\n');
            }
            paragraph.push_str(&line);
        }
        (!paragraph.is_empty()).then_some(paragraph)
    }
}

/// No line may fill a card alone.
mod line {
    pub(super) const TITLE: usize = 400;
    pub(super) const LEAD: usize = 600;
    pub(super) const QUOTE: usize = 1_200;
    pub(super) const FIELD: usize = 400;
    pub(super) const STEP: usize = 400;
    pub(super) const SMALL: usize = 500;
}

fn head(card: &Card) -> Vec<String> {
    let mut lines = vec![format!("### {}{}", card.tone.symbol(), marked(&card.title, line::TITLE))];
    if !card.lead.0.is_empty() {
        lines.push(marked(&card.lead, line::LEAD));
    }
    if let Some(quote) = &card.quote {
        lines.push(format!("> {}", text::escaped(&format!("\u{201c}{quote}\u{201d}"), line::QUOTE)));
    }
    let field = |(label, value): &(String, Text)| {
        let label = Text(vec![countersign_engine::card::Span::Strong(label.clone())]);
        format!("{} · {}", marked(&label, line::FIELD), marked(value, line::FIELD))
    };
    lines.extend(card.fields.iter().map(field));
    lines
}

/// The chain, one line a step.
fn steps(steps: &[StepLine]) -> Vec<String> {
    let mut lines = Vec::new();
    for step in steps {
        lines.push(format!("{} {}  {}", step.mark.symbol(), step.number, marked(&step.text, line::STEP)));
        lines.extend(step.below.iter().map(|below| format!("-# ↳ {}", marked(below, line::SMALL))));
    }
    lines
}

fn notes(notes: &[Text]) -> Vec<String> {
    notes.iter().filter(|note| !note.0.is_empty()).map(|note| format!("-# {}", marked(note, line::SMALL))).collect()
}

/// One row. Discord refuses a message with the same button twice.
fn buttons(buttons: &[Button]) -> Option<Value> {
    let mut row: Vec<Value> = Vec::new();
    for button in buttons {
        let id = button.token.to_string();
        let fits = id.len() <= limit::CUSTOM_ID && row.len() < limit::BUTTONS;
        if fits && row.iter().all(|known| known["custom_id"] != id.as_str()) {
            row.push(json!({"type": kind::BUTTON, "style": style(button.style), "label": unparsed(&button.label, limit::LABEL), "custom_id": id}));
        }
    }
    (!row.is_empty()).then(|| json!({"type": kind::ROW, "components": row}))
}

/// Green, red, grey ("Component Reference", Button Styles).
fn style(style: ButtonStyle) -> u8 {
    match style {
        ButtonStyle::Primary => 3,
        ButtonStyle::Danger => 4,
        ButtonStyle::Plain => 2,
    }
}

/// The edge of the container. Never the only sign: the title has a symbol and says it.
fn colour(tone: Tone) -> u32 {
    match tone {
        Tone::Waiting => 0x00f0_b232,
        Tone::Good => 0x0024_8046,
        Tone::Bad => 0x00da_373c,
        Tone::Quiet => 0x0080_848e,
        Tone::Alarm => 0x00ff_0000,
    }
}
