//! A card as plain text, for clients and people that read mail as text.

use super::{DECLINE, footer, link, words};
use countersign_engine::card::{Button, Card, Kind, StepLine};

/// The text part. `public_url` is where the console is, without a slash at the end.
pub fn text(card: &Card, public_url: &str) -> String {
    let mut blocks = vec![format!("{}\n{}", words::plain(&card.title), words::plain(&card.lead)).trim().to_owned()];
    blocks.extend(card.quote.as_deref().map(|quote| format!("> {}", words::calm(quote).trim())));
    let field = |(label, value): &(String, _)| format!("{}: {}", words::calm(label), words::plain(value));
    blocks.push(lines(card.fields.iter().map(field)));
    blocks.push(lines(card.steps.iter().map(step)));
    blocks.push(lines(card.notes.iter().map(words::plain)));
    let button = |b: &Button| format!("{}: {}", words::calm(&b.label), link::of(b, public_url));
    blocks.push(lines(card.buttons.iter().map(button)));
    let decline = match card.kind {
        Kind::Reminder => format!("\n{DECLINE} {}", link::notifications(public_url)),
        _ => String::new(),
    };
    // RFC 3676, section 4.3: what follows this line is a signature, which clients leave out of answers.
    blocks.push(format!("-- \n{}{decline}\n", words::calm(&footer(public_url))));
    blocks.retain(|block| !block.is_empty());
    blocks.join("\n\n")
}

fn step(step: &StepLine) -> String {
    let below = step.below.iter().map(|below| format!("\n      {}", words::plain(below)));
    format!("  {} {} {}{}", step.mark.sign(), step.number, words::plain(&step.text), below.collect::<String>())
}

fn lines(lines: impl Iterator<Item = String>) -> String {
    lines.collect::<Vec<_>>().join("\n")
}
