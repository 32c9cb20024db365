//! A card as a message: text with entities and an inline keyboard. Pure; one function for every message we post.

mod dead;
pub(crate) mod keyboard;
mod link;
mod pen;

pub(crate) use dead::JOINER;
pub(crate) use pen::{Pen, TEXT};

use countersign_engine::card::{Card, StepLine, Text};
use serde_json::{Value, json};

/// A line takes no more, in UTF-16 units: a chain has up to a dozen.
const LINE: usize = 900;

/// What a message shows.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Shown {
    pub(crate) text: String,
    pub(crate) entities: Vec<Value>,
    /// A keyboard or a prompt; `Null` for none.
    pub(crate) markup: Value,
}

impl Shown {
    /// What a pen has written, with a keyboard.
    pub(crate) fn written(pen: Pen, markup: Value) -> Self {
        let (text, entities) = pen.done();
        Self { text, entities, markup }
    }

    /// Sentences of ours, which may quote people's words.
    pub(crate) fn words(words: &str, console: &str) -> Self {
        let mut pen = Pen::new(TEXT);
        pen.paragraphs(words, console);
        Self::written(pen, Value::Null)
    }

    /// Lays it over the body of a call. A text without entities and a message without buttons say so, for edits.
    pub(crate) fn lay_over(&self, body: &mut Value) {
        body["text"] = self.text.as_str().into();
        body["entities"] = self.entities.clone().into();
        body["link_preview_options"] = json!({"is_disabled": true});
        if !self.markup.is_null() {
            body["reply_markup"] = self.markup.clone();
        }
    }
}

/// A card's text, entities and keyboard, as the Bot API takes them.
pub fn message(card: &Card) -> Value {
    let mut body = json!({});
    shown(card).lay_over(&mut body);
    body
}

/// A card: heading, lead, quotation, fields, steps, notes; then its buttons.
pub(crate) fn shown(card: &Card) -> Shown {
    let mut pen = Pen::new(TEXT);
    write(card, &mut pen);
    Shown::written(pen, keyboard::of_card(&card.buttons))
}

/// A card for one reader, with paragraphs below it: one message, or several where one does not hold them.
pub(crate) fn private(card: &Card, below: &[String], console: &str) -> Vec<Shown> {
    let mut pen = Pen::new(TEXT);
    write(card, &mut pen);
    let mut rest = below.iter().peekable();
    while let Some(words) = rest.next_if(|words| pen.units() + 2 * words.encode_utf16().count() + 2 < TEXT) {
        pen.line();
        pen.line();
        pen.paragraphs(words, console);
    }
    let first = Shown::written(pen, keyboard::of_card(&card.buttons));
    std::iter::once(first).chain(rest.map(|words| Shown::words(words, console))).collect()
}

fn write(card: &Card, pen: &mut Pen) {
    pen.raw(card.tone.symbol());
    pen.within(json!({"type": "bold"}), |pen| pen.words(&card.title.to_plain()));
    if !card.lead.0.is_empty() {
        pen.line();
        pen.text(&card.lead);
    }
    if let Some(quote) = &card.quote {
        pen.line();
        pen.within(json!({"type": "blockquote"}), |pen| pen.words(quote));
    }
    block(pen, &card.fields, |pen, (label, value)| {
        pen.within(json!({"type": "bold"}), |pen| pen.words(label));
        pen.words(": ");
        line(pen, value);
    });
    block(pen, &card.steps, step);
    block(pen, &card.notes, |pen, note| pen.within(json!({"type": "italic"}), |pen| line(pen, note)));
}

/// Lines after an empty one.
fn block<T>(pen: &mut Pen, items: &[T], write: impl Fn(&mut Pen, &T)) {
    for (n, item) in items.iter().enumerate() {
        if n == 0 {
            pen.line();
        }
        pen.line();
        write(pen, item);
    }
}

fn line(pen: &mut Pen, text: &Text) {
    match text.to_plain().encode_utf16().count() > LINE {
        true => pen.words(&countersign_engine::words::cut(&text.to_plain(), LINE / 2)),
        false => pen.text(text),
    }
}

fn step(pen: &mut Pen, step: &StepLine) {
    pen.raw(&format!("{} {}  ", step.mark.symbol(), step.number));
    line(pen, &step.text);
    for below in &step.below {
        pen.line();
        pen.raw("        ↳ ");
        line(pen, below);
    }
}
