//! Deny, and its note (rules 17 and 18): a press on Deny alone denies nothing.

use crate::{
    identity::Identity,
    prompt::Prompt,
    render::{Shown, keyboard},
};
use countersign_engine::{
    card::{Token, Verb},
    desk::{Filled, FormKind},
};

/// A press on the keyboard that asks whether there is a note.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Choice {
    /// Deny, and that is all.
    Plain(Token),
    /// I write a note.
    Write(Token),
}

/// The question: at once for the note where one is needed, else whether there is one.
pub(crate) fn ask(token: &Token, about: &str, needs_note: bool, me: &Identity, console: &str) -> Shown {
    if needs_note {
        return Prompt::Note(token.clone()).shown(me, about);
    }
    let words = if about.is_empty() { "Deny this request?".to_owned() } else { format!("Deny this request?\n{about}") };
    let at = token.to_string();
    let at = at.strip_prefix(Verb::Deny.key()).unwrap_or_default();
    let mut plain = keyboard::key("Deny without a note", &format!("n{at}"));
    plain["style"] = "danger".into();
    let rows = [vec![plain], vec![keyboard::key("Deny with a note…", &format!("m{at}"))]];
    Shown { markup: keyboard::rows(&rows), ..Shown::words(&words, console) }
}

impl Choice {
    /// From a button's data.
    pub(crate) fn parse(data: &str) -> Option<Self> {
        let (letter, rest) = data.split_once(':')?;
        let token = || format!("{}:{rest}", Verb::Deny.key()).parse().ok();
        match letter {
            "n" => Some(Self::Plain(token()?)),
            "m" => Some(Self::Write(token()?)),
            _ => None,
        }
    }
}

/// The form behind it.
pub(crate) fn form(token: &Token, note: &str) -> Filled {
    Filled::new(FormKind::Deny, &token.to_string(), [("note", note)])
}
