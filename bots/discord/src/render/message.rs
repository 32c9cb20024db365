//! Messages around components. Every one of them switches mentions off (THREATS D02): Discord's own default is on.

use super::{limit, text, within, words_of};
use countersign_engine::card::Card;
use serde_json::{Value, json};

/// Only components, no content and no embeds (discord.com/developers, "Message Flags").
const COMPONENTS: u64 = 1 << 15;
/// Only this person sees it.
const EPHEMERAL: u64 = 1 << 6;
/// More private messages than this in a row help nobody.
const MESSAGES: usize = 4;
/// Leaves room for what stands around a chunk.
const CHUNK: usize = limit::TEXT - 100;

/// A message that several people may read.
pub(crate) fn posted(components: Vec<Value>) -> Value {
    message(components, COMPONENTS)
}

/// A message for one person's eyes.
fn private(components: Vec<Value>) -> Value {
    message(components, COMPONENTS | EPHEMERAL)
}

fn message(components: Vec<Value>, flags: u64) -> Value {
    json!({"flags": flags, "components": components, "allowed_mentions": {"parse": []}})
}

/// Our own sentences, which may quote people's words: as many private messages as they need.
pub(crate) fn words(words: &str) -> Vec<Value> {
    chunks(words).into_iter().map(|chunk| private(vec![words_of(&chunk)])).collect()
}

/// A card for one reader, and what is too long for a card: below it in the same message where it fits, in further ones
/// where it does not.
pub(crate) fn above(card: &Card, below: &[String]) -> Vec<Value> {
    let mut components = within(card, limit::TEXT);
    let used: usize = components.iter().map(length).sum();
    let mut chunks = chunks(&below.join("\n"));
    if !below.is_empty() && chunks.first().is_some_and(|chunk| used + text::units(chunk) <= limit::TEXT) {
        components.push(words_of(&chunks.remove(0)));
    }
    let rest = if below.is_empty() { Vec::new() } else { chunks };
    let further = rest.into_iter().map(|chunk| private(vec![words_of(&chunk)]));
    [private(components)].into_iter().chain(further).collect()
}

/// A long line, in pieces that are never longer than a chunk once they are escaped.
fn pieces(line: &str) -> Vec<String> {
    let letters: Vec<char> = line.chars().collect();
    letters.chunks(CHUNK / 3 - 1).map(|piece| piece.iter().collect()).collect()
}

/// How many characters of text a component has.
fn length(component: &Value) -> usize {
    let inside = component["components"].as_array().map_or(0, |inside| inside.iter().map(length).sum());
    inside + component["content"].as_str().map_or(0, text::units)
}

/// Lines, packed.
fn chunks(words: &str) -> Vec<String> {
    let mut chunks = vec![String::new()];
    for line in words.lines().filter(|line| !line.trim().is_empty()).flat_map(pieces) {
        let line = text::escaped(&line, CHUNK);
        let open = chunks.last_mut().filter(|open| text::units(open) + text::units(&line) < CHUNK);
        match open {
            Some(open) if open.is_empty() => open.push_str(&line),
            Some(open) => *open = format!("{open}\n{line}"),
            None => chunks.push(line),
        }
    }
    chunks.truncate(MESSAGES);
    if chunks[0].is_empty() {
        chunks[0] = "–".to_owned();
    }
    chunks
}
