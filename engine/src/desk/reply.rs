//! What the desk answers.

use super::form::{Field, Form};
use crate::card::Card;
use std::collections::BTreeMap;

/// For the eyes of who asked, and nobody else's, unless it says otherwise.
#[derive(Clone, Debug, PartialEq)]
pub enum Reply {
    /// A vote was taken. Every copy of the card converges by itself; a platform that can replace the pressed card at once
    /// shows this one, a platform that must say something says the words.
    Voted {
        /// `Your approval is recorded ...`
        words: String,
        /// The shared card as it is now.
        card: Box<Card>,
    },
    /// A vote was taken, on a platform that needs no answer to it ([`super::Desk::quiet`]).
    Recorded,
    /// Sentences, one a line.
    Words(String),
    /// A card with this reader's own buttons, and paragraphs below it. Approve and Deny are never among them: they belong
    /// to the shared card, where a vote is seen by everybody.
    Card {
        /// The card.
        card: Box<Card>,
        /// What is too long for a card: the reason in full, why this chain.
        below: Vec<String>,
    },
    /// A form to fill in.
    Form(Box<Form>),
    /// The form cannot be taken as it is: what is wrong at which field. A platform that cannot keep a form open says the
    /// sentences.
    Errors(BTreeMap<Field, String>),
}

impl Reply {
    /// [`Reply::Recorded`] in words.
    pub const RECORDED: &str = "Your vote is recorded.";

    pub(super) fn words(words: impl Into<String>) -> Self {
        Self::Words(words.into())
    }

    /// The sentences of [`Reply::Errors`], one a line.
    pub fn joined(errors: &BTreeMap<Field, String>) -> String {
        errors.values().map(String::as_str).collect::<Vec<_>>().join("\n")
    }
}
