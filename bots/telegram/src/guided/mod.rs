//! `/access` alone (rule 29): one question after the other, in the private chat. Where somebody stands is written in the
//! buttons themselves, so nothing is lost when we restart, and the catalogue is asked anew at each press.

mod keys;
mod pick;

pub(crate) use keys::lengths_below;
pub(crate) use pick::{Pick, hash};

use crate::{prompt::Prompt, render::Shown};
use countersign_engine::{
    desk::{Filled, FormKind},
    ports::Offer,
    time::Length,
};

/// A press on one of the keyboards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Show this page of resources.
    Page(usize),
    /// This resource.
    Resource(String),
    /// This level of it.
    Level(Pick),
    /// I type the length.
    Type(Pick),
    /// This long, in seconds.
    Length(Pick, i64),
    /// I write a reason.
    Write(Pick, i64),
    /// Without a reason.
    Submit(Pick, i64),
    /// Forget it.
    Close,
}

/// What follows a press.
pub(crate) enum Next {
    /// Show this instead.
    Show(Shown),
    /// Ask this; the words say about what.
    Ask(Prompt, String),
    /// Send this form.
    Send(Filled),
}

pub(crate) const GONE: &str = "That is no longer in your catalogue. Type /access to begin again.";
const CLOSED: &str = "Nothing was asked for.";

impl Step {
    /// From a button's data.
    pub(crate) fn parse(data: &str) -> Option<Self> {
        let parts: Vec<&str> = data.strip_prefix("a:")?.split(':').collect();
        let seconds = |text: &str| text.parse::<i64>().ok();
        match parts.as_slice() {
            ["p", page] => Some(Self::Page(page.parse().ok()?)),
            ["r", resource] => Some(Self::Resource((*resource).to_owned())),
            ["l", resource, access] => Some(Self::Level(Pick::new(resource, access)?)),
            ["t", resource, access] => Some(Self::Type(Pick::new(resource, access)?)),
            ["d", resource, access, length] => Some(Self::Length(Pick::new(resource, access)?, seconds(length)?)),
            ["w", resource, access, length] => Some(Self::Write(Pick::new(resource, access)?, seconds(length)?)),
            ["s", resource, access, length] => Some(Self::Submit(Pick::new(resource, access)?, seconds(length)?)),
            ["x"] => Some(Self::Close),
            _ => None,
        }
    }

    /// What follows, with the caller's catalogue as it is now.
    pub(crate) fn next(&self, offers: &[Offer], console: &str) -> Next {
        let shown = match self {
            Self::Close => Some(Next::Show(Shown::words(CLOSED, console))),
            Self::Page(page) => Some(Next::Show(keys::resources(offers, *page))),
            Self::Resource(resource) => pick::offer(offers, resource).map(|offer| {
                Next::Show(if offer.access.len() > 1 {
                    keys::levels(offer)
                } else {
                    keys::durations(offer, &Pick::usual(offer))
                })
            }),
            Self::Level(pick) => pick.offer(offers).map(|offer| Next::Show(keys::durations(offer, pick))),
            Self::Type(pick) => pick.offer(offers).map(|offer| {
                let about = format!("{}, at most {}", pick.named(offer), offer.max_duration);
                Next::Ask(Prompt::Duration(pick.clone()), about)
            }),
            Self::Length(pick, seconds) => pick
                .offer(offers)
                .and_then(|offer| Some(Next::Show(keys::reason(offer, pick, Length::from_seconds(*seconds)?)))),
            Self::Write(pick, seconds) => pick.offer(offers).and_then(|offer| {
                let about = format!("{}, {}", pick.named(offer), Length::from_seconds(*seconds)?);
                Some(Next::Ask(Prompt::Reason(pick.clone(), *seconds), about))
            }),
            Self::Submit(pick, seconds) => form(offers, pick, *seconds, None).map(Next::Send),
        };
        shown.unwrap_or_else(|| Next::Show(Shown::words(GONE, console)))
    }
}

/// The first question.
pub(crate) fn start(offers: &[Offer]) -> Shown {
    keys::resources(offers, 0)
}

/// The question for the reason, after a length that was typed.
pub(crate) fn reason(offers: &[Offer], pick: &Pick, length: Length) -> Option<Shown> {
    Some(keys::reason(pick.offer(offers)?, pick, length))
}

/// All that was chosen, as a form.
pub(crate) fn form(offers: &[Offer], pick: &Pick, seconds: i64, reason: Option<&str>) -> Option<Filled> {
    let offer = pick.offer(offers)?;
    let length = format!("{seconds}s");
    let access = pick.level(offer).map(|level| level.as_str()).unwrap_or_default();
    let values = [
        ("resource", offer.resource.as_str()),
        ("access", access),
        ("duration", length.as_str()),
        ("reason", reason.unwrap_or_default()),
    ];
    Some(Filled::new(FormKind::Request, "", values))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn abuse_b03_forged_keys_are_none_of_ours() {
        assert_eq!(Step::parse("a:p:3"), Some(Step::Page(3)));
        for forged in
            ["", "a:", "a:p:-1", "a:p:", "a:z", "a:d:zz:0:1", "a:d:0123456789abcdef:0:1h", "a:x:y", "approve:1:0"]
        {
            assert_eq!(Step::parse(forged), None, "{forged}");
        }
    }
}
