//! What a message says, for whom, and whether it still needs saying: judged on current state, at the moment of sending.

use super::{Outbox, purpose::Purpose};
use crate::store::{Posting, PostingState, Result};
use countersign_engine::{
    address::Address,
    card::{self, Card, Verb},
    chain,
    effect::News,
    grant::GrantState,
    view::RequestView,
};
use ring::digest;

impl Outbox {
    /// A message is for its person for as long as the address is that person's: an account that was unlinked, or whose
    /// owner was deactivated, is told nothing more, not even what becomes of a card that it has (THREATS A09).
    pub(super) fn is_theirs(&self, posting: &Posting) -> bool {
        let (Some(person), Address::Direct(account)) = (&posting.person, &posting.address) else { return true };
        let policy = self.service.policy.get();
        policy.directory.active(person).is_some()
            && policy.directory.reader(account).is_some_and(|reader| reader.id == *person)
    }

    /// Access that starts at once makes two pieces of news in one breath; read together they are the same words twice.
    pub(super) async fn is_said_by_another(&self, posting: &Posting, view: &RequestView) -> Result<bool> {
        let active = matches!(view.request.grant.as_ref().map(|g| &g.state), Some(GrantState::Active { .. }));
        if !active || Purpose::of(&posting.purpose) != Some(Purpose::News(News::Decided)) {
            return Ok(false);
        }
        let there = self.service.store.postings(&view.request.id).await?;
        let says =
            |p: &&Posting| Purpose::of(&p.purpose) == Some(Purpose::News(News::Active)) && p.address == posting.address;
        Ok(there.iter().any(|p| says(&p)))
    }

    /// Why a message that has not arrived yet need not arrive any more. A late copy would only confuse.
    pub(super) fn is_needless(&self, posting: &Posting, view: &RequestView) -> Option<&'static str> {
        let policy = self.service.policy.get();
        let still_asked = |step: usize| match &posting.person {
            Some(person) => chain::approvers(&view.request, step, &policy).any(|id| id == person),
            None => true,
        };
        let open = view.request.open_step().map(|(pending, _)| pending.step);
        match (Purpose::of(&posting.purpose)?, open) {
            (Purpose::Card { .. }, None) if posting.person.is_some() => Some("it was decided before this arrived"),
            (Purpose::Card { step: Some(asked) }, Some(step)) if asked != step => Some("another step was open by then"),
            (Purpose::Card { .. }, Some(step)) if !still_asked(step) => Some("their vote was not needed any more"),
            (Purpose::Reminder { step }, open) if open != Some(step) || !still_asked(step) => {
                Some("there was nothing to remind of any more")
            }
            _ => None,
        }
    }

    /// What a message should show now; `None` for what is of no kind that we know.
    pub(super) fn card(&self, posting: &Posting, view: &RequestView) -> Option<Card> {
        let card = match Purpose::of(&posting.purpose)? {
            Purpose::Card { .. } => self.as_it_concerns(posting, view, card::request(view)),
            Purpose::Reminder { .. } => card::reminder(view),
            Purpose::News(news) => card::news(&self.as_read_at(&posting.address, view), news),
            Purpose::Test => return None,
        };
        Some(card::on(posting.address.platform(), view, card))
    }

    /// A copy that one person has offers them no vote that is not theirs to cast now. What several read offers it to those of
    /// them who can.
    fn as_it_concerns(&self, posting: &Posting, view: &RequestView, mut card: Card) -> Card {
        let policy = self.service.policy.get();
        let open = view.request.open_step().map(|(pending, _)| pending.step);
        if let (Some(person), Some(step)) = (&posting.person, open)
            && !chain::approvers(&view.request, step, &policy).any(|id| id == person)
        {
            card.buttons.retain(|button| !matches!(button.token.verb, Verb::Approve | Verb::Deny));
        }
        card
    }

    /// The request as whoever reads at this address sees it. Only the requester's and the holder's own messages have
    /// buttons that are meant for them alone; what several people read promises nobody anything.
    fn as_read_at(&self, address: &Address, view: &RequestView) -> RequestView {
        let policy = self.service.policy.get();
        let reader = match address {
            Address::Direct(account) => policy.directory.reader(account).map(|p| &p.id),
            Address::Place { .. } => None,
        };
        let reader = reader.filter(|person| view.request.concerns(person));
        RequestView::new(view.request.clone(), reader, view.notified.clone(), &policy, view.now)
            .with_delivery(view.delivery.clone())
    }
}

/// Is a card that somebody deleted to be posted anew?
pub(super) fn matters(posting: &Posting, view: &RequestView) -> bool {
    match Purpose::of(&posting.purpose) {
        Some(Purpose::Card { step: Some(asked) }) => view.request.open_step().is_some_and(|(p, _)| p.step == asked),
        _ => view.request.is_live(),
    }
}

/// A refusal may end: the platform says no to a place, or to a card that is there, not to a person who was never reached.
pub(super) fn worth_another_try(posting: &Posting, view: &RequestView) -> bool {
    posting.state == PostingState::Delivered || (posting.person.is_none() && matters(posting, view))
}

/// What tells two cards apart. Time left is part of a card, so a card that only grew older differs too; it is brought up
/// to date only when something else asks for it.
pub(super) fn fingerprint(card: &Card) -> String {
    hex::encode(digest::digest(&digest::SHA256, format!("{card:?}").as_bytes()))
}
