//! The neutral card: said once, rendered by one pure function per platform (decision 5).

mod build;
mod button;
mod line;
mod span;

pub(crate) use build::button;
pub use build::{news, on, reminder, request, test};
pub use button::{Button, ButtonStyle, Token, Verb};
pub use line::{Mark, StepLine};
pub use span::{Span, Text, When};

use crate::{
    effect::News,
    id::{RequestId, ShortId},
};

/// A card. Everything a platform needs to show it, nothing it could get wrong. Shown in the order of its fields; what is
/// empty is left out.
#[derive(Clone, Debug, PartialEq)]
pub struct Card {
    /// The request that it is about; `None` only on a test message.
    pub about: Option<About>,
    /// What it is for.
    pub kind: Kind,
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

/// The request that a card is about: what puts messages into one thread.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct About {
    /// Its name in addresses.
    pub request: RequestId,
    /// Its name among people.
    pub short_id: ShortId,
    /// What was asked, as it was asked: the same for the request's whole life, for platforms that thread by subject.
    pub subject: String,
}

/// What a card is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The shared card that asks for votes and then says what came of them.
    Request,
    /// A reminder for those who have not voted. Whoever has asked not to be reminded misses nothing.
    Reminder,
    /// News for the requester or an operator.
    News(News),
    /// Proof that messages arrive.
    Test,
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

impl Tone {
    /// What stands before the title, with the space after it, where a platform shows pictures in a text; nothing for
    /// [`Tone::Quiet`].
    pub fn symbol(self) -> &'static str {
        match self {
            Self::Waiting => "⏳ ",
            Self::Good => "✅ ",
            Self::Bad => "⛔ ",
            Self::Quiet => "",
            Self::Alarm => "🚨 ",
        }
    }
}
