//! The neutral card: said once, rendered by one pure function per platform (decision 5).

mod build;
mod button;
mod span;

pub use build::{news, reminder, request};
pub use button::{Button, ButtonStyle, Token, Verb};
pub use span::{Span, Text, When};

/// A card. Everything a platform needs to show it, nothing it could get wrong.
#[derive(Clone, Debug, PartialEq)]
pub struct Card {
    /// How it should feel.
    pub tone: Tone,
    /// The first line.
    pub title: Text,
    /// Label and value, in order.
    pub fields: Vec<(String, Text)>,
    /// The chain, one line a step.
    pub steps: Vec<Text>,
    /// Smaller lines below.
    pub notes: Vec<Text>,
    /// What can be pressed.
    pub buttons: Vec<Button>,
    /// One plain line for notifications and screen readers; at most 150 characters.
    pub summary: String,
}

/// How a card should feel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Somebody has to decide.
    Waiting,
    /// Good news.
    Good,
    /// Bad news.
    Bad,
    /// Over, nothing to do.
    Quiet,
    /// Somebody has to act now.
    Alarm,
}
