//! The next way, when one fails: before the step's time burns.

use super::{
    Outbox,
    purpose::{CARD, Purpose},
    ways::Ways,
};
use crate::store::{Posting, Result};
use countersign_engine::{
    address::Address, chain, effect::Effect, id::PersonId, policy::Policy, request::Request, view::RequestView,
};

impl Outbox {
    /// Plans the message on the next way, if the people it is for are not reached already. Doing it twice changes nothing.
    pub(super) async fn pass_on(&self, lost: &Posting, view: &RequestView) -> Result<()> {
        let store = &self.service.store;
        // Reminders go where the ask arrived.
        if matches!(Purpose::of(&lost.purpose), Some(Purpose::Reminder { .. } | Purpose::Test) | None) {
            return Ok(());
        }
        let there = store.postings(&view.request.id).await?;
        let policy = self.service.policy.get();
        let ways = Ways { policy: &policy, messengers: &self.messengers };
        let next = match &lost.person {
            Some(person) => next_way(lost, person, &there, &view.request, ways),
            None if lost.is_in_place() => next_to_place(lost, &there, &view.request, ways, &policy),
            None => Vec::new(),
        };
        let now = self.service.clock.now();
        let posting = |(person, address): (PersonId, Address)| {
            self.metrics.passed_on(lost.address.platform());
            let posting = Posting::new(lost.request.clone(), address, lost.purpose.clone(), now);
            Posting { person: Some(person), instead_of: Some(lost.id), ..posting }
        };
        let planned: Vec<Posting> = next.into_iter().map(posting).collect();
        store.plan(&planned).await?;
        // The requester's card says that it happened, whatever came of it.
        store.raise(&lost.request, &Effect::Refresh, now).await?;
        store.announce().await;
        Ok(())
    }
}

type Next = Vec<(PersonId, Address)>;

/// The person's next platform in order that was not tried for this message.
fn next_way(lost: &Posting, person: &PersonId, there: &[Posting], request: &Request, ways: Ways<'_>) -> Next {
    let same: Vec<&Posting> =
        there.iter().filter(|p| p.purpose == lost.purpose && p.person.as_ref() == Some(person)).collect();
    if same.iter().any(|p| p.id != lost.id && p.reaches()) {
        return Vec::new();
    }
    let tried = |address: &Address| same.iter().any(|p| p.address.platform() == address.platform());
    let ways = ways.to(person, &request.chain.notify.approvers);
    let next = ways.into_iter().find(|way| !way.iter().any(tried)).unwrap_or_default();
    next.into_iter().map(|address| (person.clone(), address)).collect()
}

/// The workflow's other places have the card anyway. Where none of them does and approvers are not told directly, they
/// are now.
fn next_to_place(lost: &Posting, there: &[Posting], request: &Request, ways: Ways<'_>, policy: &Policy) -> Next {
    let Some((pending, _)) = request.open_step().filter(|_| lost.purpose == CARD) else { return Vec::new() };
    let other = |p: &Posting| p.id != lost.id && p.purpose == CARD && p.is_in_place() && p.reaches();
    if there.iter().any(other) || !request.chain.notify.approvers.is_empty() {
        return Vec::new();
    }
    let first = |person: &PersonId| {
        let way = ways.to(person, &[]).into_iter().next().unwrap_or_default();
        way.into_iter().map(|address| (person.clone(), address)).collect::<Vec<_>>()
    };
    chain::approvers(request, pending.step, policy).flat_map(first).collect()
}
