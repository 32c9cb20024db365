//! The neutral card: said once, rendered by one pure function per platform (decision 5).

mod build;
mod button;
mod line;
mod span;

pub use build::{news, reminder, request};
pub use button::{Button, ButtonStyle, Token, Verb};
pub use line::{Mark, StepLine};
pub use span::{Span, Text, When};

/// A card. Everything a platform needs to show it, nothing it could get wrong. Shown in the order of its fields; what is
/// empty is left out.
#[derive(Clone, Debug, PartialEq)]
pub struct Card {
    /// How it should feel.
    pub tone: Tone,
    /// The first line: what this is about and where it stands. At most 150 characters.
    pub title: Text,
    /// Who wants what, and for how long.
    pub lead: Text,
    /// Why, in the requester's words: to be shown as a quotation. At most 600 characters; the console has all of it.
    pub quote: Option<String>,
    /// Label and value, in order.
    pub fields: Vec<(String, Text)>,
    /// The chain, in order.
    pub steps: Vec<StepLine>,
    /// Smaller lines below.
    pub notes: Vec<Text>,
    /// What can be pressed; at most five.
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
