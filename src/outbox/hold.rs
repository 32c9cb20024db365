//! Quiet hours: what waits for their end, and what cannot wait so long.

use countersign_engine::{id::PersonId, policy::Policy, time::Timestamp, view::RequestView};

/// Until when this person is left alone; `None` when they need not be.
pub(super) fn quiet(person: &PersonId, now: Timestamp, policy: &Policy) -> Option<Timestamp> {
    let home = policy.directory.timezone_of(policy.directory.active(person)?);
    policy.directory.preference(person).quiet?.end(now, home)
}

/// The same for an ask: a step's clock runs on at night, so it waits until a third of the step's time is left at most.
pub(super) fn of_an_ask(person: &PersonId, view: &RequestView, policy: &Policy) -> Option<Timestamp> {
    let end = quiet(person, view.now, policy)?;
    let (pending, _) = view.request.open_step()?;
    let deadline = pending.deadline.min(view.request.expires_at);
    let latest = deadline - (deadline - pending.since) / 3;
    Some(end.min(latest)).filter(|until| *until > view.now)
}
