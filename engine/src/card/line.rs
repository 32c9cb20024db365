//! The chain on a card: one line a step.

use super::{
    Span, Text,
    span::{Mention, When},
};
use crate::{
    id::PersonId,
    time::Timestamp,
    view::{RequestView, StepState},
    words::{self, StepWords},
};

/// One step of the chain.
#[derive(Clone, Debug, PartialEq)]
pub struct StepLine {
    /// Its place in the chain, from 1.
    pub number: usize,
    /// Where it stands, for a symbol or a colour; the text says it too.
    pub mark: Mark,
    /// The whole line without its number: `Team lead · approved by lisa@acme.com in 2m 14s · ...`.
    pub text: Text,
    /// Smaller lines below it: notes of votes, flags, escalation.
    pub below: Vec<Text>,
}

/// Where a step stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// An earlier step is open.
    Ahead,
    /// Votes are wanted.
    Open,
    /// Nobody is left who could fill it (rule 13).
    Blocked,
    /// Enough approved.
    Passed,
    /// The request ended here.
    Stopped,
    /// The request ended before.
    Skipped,
}

impl Mark {
    /// What stands before the step, where a platform shows pictures in a text.
    pub fn symbol(self) -> &'static str {
        match self {
            Self::Ahead => "▫️",
            Self::Open => "⏳",
            Self::Blocked => "⚠️",
            Self::Passed => "✅",
            Self::Stopped => "⛔",
            Self::Skipped => "➖",
        }
    }
    /// The same for plain text, in one character that every font has.
    pub fn sign(self) -> &'static str {
        match self {
            Self::Ahead => "·",
            Self::Open => "…",
            Self::Blocked => "!",
            Self::Passed => "✓",
            Self::Stopped => "✗",
            Self::Skipped => "-",
        }
    }
}

/// One step's line; `None` when the chain has no such step.
pub(super) fn step(view: &RequestView, index: usize) -> Option<StepLine> {
    let words = words::step(view, index)?;
    let state = &view.steps.get(index)?.state;
    let mark = match state {
        _ if words::blocked(view, index) => Mark::Blocked,
        StepState::Ahead => Mark::Ahead,
        StepState::Open { .. } => Mark::Open,
        StepState::Passed => Mark::Passed,
        StepState::Stopped => Mark::Stopped,
        StepState::Skipped => Mark::Skipped,
    };
    let StepWords { name, status, rule, count, left, below } = words;
    let parts = [status, rule, count].into_iter().filter(|part| !part.is_empty());
    let mut text = parts.fold(Text::default().with(Span::Strong(name)), |text, part| text.then(format!(" · {part}")));
    if let StepState::Open { deadline } = state {
        let until = (*deadline).min(view.request.expires_at);
        text = text.then(format!(" · {left}, until ")).with(moment(until, view.now));
    }
    Some(StepLine { number: index + 1, mark, text, below: below.into_iter().map(Text::plain).collect() })
}

/// Those who could vote at a step and have not, as mentions: a reminder is meant to reach them. `None` when nobody can.
pub(super) fn waiting_for(view: &RequestView, index: usize) -> Option<Text> {
    /// A step may be open to a whole company; nobody reads more names than this.
    const MOST: usize = 10;
    let can = &view.steps.get(index)?.can;
    let mention = |id: &PersonId| Span::Person(Mention::new(id.clone(), words::person(id, view)));
    let mut text = Text::default();
    for (n, id) in can.iter().take(MOST).enumerate() {
        text = if n > 0 { text.then(", ") } else { text };
        text = text.with(mention(id));
    }
    if can.len() > MOST {
        text = text.then(format!(" and {} more", can.len() - MOST));
    }
    (!can.is_empty()).then_some(text)
}

/// A moment with its words for platforms that have none of their own.
pub(super) fn moment(at: Timestamp, now: Timestamp) -> Span {
    Span::Moment(When { at, fallback: words::clock(at, now) })
}
