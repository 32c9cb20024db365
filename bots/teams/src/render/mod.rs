//! A card as an Adaptive Card. Pure; one function for every message we post.

mod action;
mod element;
pub(crate) mod text;

pub(crate) use action::execute;

use countersign_engine::card::{Card, Verb};
use element::Budget;
use serde_json::{Value, json};
use text::{Look, plain};

/// The largest card, in bytes of JSON: Teams takes messages of about 28 KB (learn.microsoft.com, "Limits and specifications
/// for Teams", bots), of which something is needed around the card.
pub const MOST: usize = 26 * 1024;
/// A notification is one line.
const SUMMARY: usize = 300;
/// The version that Teams shows on every client.
const VERSION: &str = "1.5";

/// What one reader sees beyond the shared card.
#[derive(Clone, Copy, Default)]
pub(crate) struct Private<'a> {
    /// Paragraphs that are too long for a card.
    pub(crate) below: &'a [String],
    /// It stands in the shared card's place, which it can give back.
    pub(crate) instead: bool,
}

/// A card for everybody. Clients of these readers, by their ids with Teams (`29:...`), fetch the newest one by themselves
/// when they show it; others can, by the message's menu.
pub fn adaptive(card: &Card, readers: &[String]) -> Value {
    let readers: Vec<&str> = readers.iter().map(String::as_str).collect();
    let refresh = action::refresh(card, &readers);
    fitting(|budget, whole| {
        let mut content = content(element::body(card, budget), action::buttons(&card.buttons));
        if let Some(refresh) = refresh.clone().filter(|_| whole) {
            content["refresh"] = refresh;
        }
        content
    })
}

/// A card for one reader; what is too long for a card stands below it.
pub(crate) fn private(card: &Card, private: Private<'_>) -> Value {
    let mut card = card.clone();
    if private.instead {
        card.buttons.retain(|b| b.token.verb != Verb::Details);
    }
    let mut actions = action::buttons(&card.buttons);
    if let Some(about) = card.about.as_ref().filter(|_| private.instead) {
        actions.push(action::back(about.request.as_str()));
    }
    fitting(|budget, whole| {
        let mut body = element::body(&card, budget);
        let most = if whole { 60 } else { 8 };
        let lines = private.below.iter().flat_map(|paragraph| paragraph.lines()).take(most);
        body.extend(lines.map(|line| element::quiet(line, budget.words)));
        content(body, actions.clone())
    })
}

/// Sentences of ours, one a line, which may quote people's words.
pub(crate) fn sentences(words: &str) -> Value {
    fitting(|budget, whole| {
        let most = if whole { 60 } else { 20 };
        let lines = words.lines().take(most).map(|line| element::words(line, Look::default(), budget.words));
        content(lines.collect(), Vec::new())
    })
}

/// The message that carries a card.
pub fn message(card: &Card, readers: &[String]) -> Value {
    let summary = if card.summary.is_empty() { card.title.to_plain() } else { card.summary.clone() };
    carried(adaptive(card, readers), &summary)
}

/// A message around an Adaptive Card; `summary` is for notifications, in anybody's words. No mention can be in it: a mention
/// needs an entity (learn.microsoft.com, "Mentions in bots"), and there is none.
pub(crate) fn carried(content: Value, summary: &str) -> Value {
    let summary = Some(plain(summary, SUMMARY)).filter(|words| !words.trim().is_empty());
    let summary = summary.unwrap_or_else(|| "–".to_owned());
    json!({"type": "message", "summary": summary, "attachments": [
        {"contentType": "application/vnd.microsoft.card.adaptive", "content": content}]})
}

/// An Adaptive Card. What is empty is left out.
pub(crate) fn content(body: Vec<Value>, actions: Vec<Value>) -> Value {
    let mut content = json!({"type": "AdaptiveCard", "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "version": VERSION, "body": body});
    if !actions.is_empty() {
        content["actions"] = actions.into();
    }
    content
}

/// The first card that fits: with everything, then without what clients can do without, then with ever shorter lines.
fn fitting(make: impl Fn(Budget, bool) -> Value) -> Value {
    let attempts = Budget::ALL.iter().flat_map(|budget| [(*budget, true), (*budget, false)]);
    let mut last = Value::Null;
    for (budget, whole) in attempts {
        last = make(budget, whole);
        if last.to_string().len() <= MOST {
            break;
        }
    }
    last
}
