//! "Approve with changes" (rule 20): a keyboard of shorter lengths and lower levels. A length is a vote; a level shows the
//! lengths again, at that level.

use crate::{
    guided::{hash, lengths_below},
    render::{Shown, keyboard},
};
use countersign_engine::{
    card::{Token, Verb},
    desk::{Filled, Form, FormKind},
    id::AccessLevel,
    time::Length,
};

/// Digits of a level's hash; `0` is the level that is asked for.
const LEVEL: usize = 6;
const SAME: &str = "0";

/// A press on the keyboard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Choice {
    pub(crate) token: Token,
    level: String,
    /// Approve for so long; `None` only chooses the level.
    length: Option<Length>,
}

/// The keyboard for the level with this hash. `None` where it would be empty or the form is another.
pub(crate) fn ask(form: &Form, level: &str, console: &str) -> Option<Shown> {
    let Form::Trim { token, about, duration, present, lower } = form else { return None };
    let chosen = lower.iter().find(|lower| hash(lower.as_str(), LEVEL) == level);
    let at = token.to_string();
    let at = at.strip_prefix(Verb::Trim.key()).unwrap_or_default();
    // A lower level for the whole time is a change too.
    let whole = chosen.map(|_| *duration);
    let vote = |length: Length| {
        let level = chosen.map_or(SAME.to_owned(), |chosen| hash(chosen.as_str(), LEVEL));
        keyboard::key(&length.to_string(), &format!("v{at}:{level}:{}", length.seconds()))
    };
    let lengths = lengths_below(*duration).into_iter().chain(whole);
    let mut rows = keyboard::grid(lengths.map(vote).collect(), 4);
    let other = |to: &AccessLevel| keyboard::key(&format!("{to}…"), &format!("u{at}:{}", hash(to.as_str(), LEVEL)));
    let others = lower.iter().filter(|to| chosen != Some(*to)).take(8);
    rows.extend(keyboard::grid(others.map(other).collect(), 2));
    let level = chosen.or(present.as_ref()).map(|level| format!(" with {level}")).unwrap_or_default();
    let words = format!("{about}\nApprove{level} for how long? Asked for: {duration}.");
    Some(Shown { markup: keyboard::rows(&rows), ..Shown::words(&words, console) })
}

impl Choice {
    /// From a button's data.
    pub(crate) fn parse(data: &str) -> Option<Self> {
        let (letter, rest) = data.split_once(':')?;
        let (rest, last) = rest.rsplit_once(':')?;
        let token = |rest: &str| format!("{}:{rest}", Verb::Trim.key()).parse().ok();
        match letter {
            "u" => Some(Self { token: token(rest)?, level: last.to_owned(), length: None }),
            "v" => {
                let (rest, level) = rest.rsplit_once(':')?;
                let length = Some(Length::from_seconds(last.parse().ok()?)?);
                Some(Self { token: token(rest)?, level: level.to_owned(), length })
            }
            _ => None,
        }
    }

    /// The level's hash.
    pub(crate) fn level(&self) -> &str {
        &self.level
    }

    /// The form behind a length, by the levels that are there now; `None` for a choice of a level.
    pub(crate) fn filled(&self, form: &Form) -> Option<Filled> {
        let (length, Form::Trim { token, lower, .. }) = (self.length?, form) else { return None };
        let access = lower.iter().find(|level| hash(level.as_str(), LEVEL) == self.level);
        if access.is_none() && self.level != SAME {
            return None;
        }
        let length = format!("{}s", length.seconds());
        let values = [("access", access.map(AccessLevel::as_str).unwrap_or_default()), ("duration", &length)];
        Some(Filled::new(FormKind::Trim, &token.to_string(), values))
    }
}
