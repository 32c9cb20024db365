//! How an event changes a request. The one place that assigns state.

use crate::{
    event::Event,
    grant::{Grant, GrantState, Overdue, Trouble},
    request::{Decider, Pending, Request, State},
};

/// Applies one event. An event that does not fit the state changes nothing; [`super::decide`] never makes such a one.
pub fn evolve(request: &mut Request, event: &Event) {
    match event {
        Event::Opened { request: opened } => *request = (**opened).clone(),
        Event::Voted { vote } => request.votes.push(vote.clone()),
        Event::Trimmed { scope } => request.scope = scope.clone(),
        Event::StepOpened { step, at, deadline, remind_at, .. } => {
            let (step, since, deadline, remind_at) = (*step, *at, *deadline, *remind_at);
            let escalated = request.widened.contains(&step);
            request.state = State::Pending(Pending { step, since, deadline, escalated, remind_at, blocked: None });
        }
        Event::Escalated { at, deadline, remind_at } => {
            request.widened.extend(request.open_step().map(|(p, _)| p.step));
            pending(request, |p| {
                (p.since, p.deadline, p.remind_at, p.escalated) = (*at, *deadline, *remind_at, true);
            });
        }
        Event::Reminded { next, .. } => pending(request, |p| p.remind_at = *next),
        Event::Blocked { shortfall } => pending(request, |p| p.blocked = Some(shortfall.clone())),
        Event::Unblocked => pending(request, |p| p.blocked = None),
        Event::Approved { at, grant } => {
            request.state = State::Approved { at: *at };
            request.grant = Some((**grant).clone());
        }
        Event::Denied { at, by } => {
            let step = match by {
                Decider::Person(_) => request.open_step().map(|(p, _)| p.step),
                Decider::Rule { .. } => None,
            };
            request.state = State::Denied { at: *at, by: by.clone(), step };
        }
        Event::TimedOut { at, whole } => {
            let step = request.open_step().map_or(0, |(p, _)| p.step);
            request.state = State::TimedOut { at: *at, step, whole: *whole };
        }
        Event::Withdrawn { at } => request.state = State::Withdrawn { at: *at },
        Event::Cancelled { at, why } => request.state = State::Cancelled { at: *at, why: why.clone() },
        _ => {
            if let Some(grant) = &mut request.grant {
                evolve_grant(grant, event);
            }
        }
    }
}

fn evolve_grant(grant: &mut Grant, event: &Event) {
    match event {
        Event::GrantStarted { at, give_up_at } => {
            grant.state = GrantState::Granting { since: *at, give_up_at: *give_up_at };
        }
        Event::GrantActivated { at, expires_at, delivery } => {
            grant.state = GrantState::Active { since: *at, expires_at: *expires_at, warned: false };
            grant.delivery = delivery.clone();
            grant.trouble = None;
        }
        Event::GrantTroubled { at, error } => {
            let since = grant.trouble.as_ref().map_or(*at, |t| t.since);
            grant.trouble = Some(Trouble { error: error.clone(), since });
        }
        Event::GrantWarned { .. } => {
            if let GrantState::Active { warned, .. } = &mut grant.state {
                *warned = true;
            }
        }
        Event::RevocationBegan { at, why } => {
            grant.state = GrantState::Revoking { since: *at, why: why.clone(), overdue: None };
        }
        Event::RevocationOverdue { at, next_alert } => {
            if let GrantState::Revoking { overdue, .. } = &mut grant.state {
                let (since, alerts) = overdue.as_ref().map_or((*at, 0), |o| (o.since, o.alerts));
                *overdue = Some(Overdue { since, alerts: alerts + 1, next_alert: *next_alert });
            }
        }
        Event::GrantEnded { at, why } => {
            grant.state = GrantState::Ended { at: *at, why: why.clone() };
            grant.trouble = None;
        }
        Event::GrantFailed { at, error } => grant.state = GrantState::Failed { at: *at, error: error.clone() },
        _ => {}
    }
}

fn pending(request: &mut Request, change: impl FnOnce(&mut Pending)) {
    if let State::Pending(pending) = &mut request.state {
        change(pending);
    }
}

/// Rebuilds a request from the events of its audit entries, entry by entry; `None` when the first is not `Opened`.
pub fn replay<'a>(entries: impl IntoIterator<Item = &'a [Event]>) -> Option<Request> {
    let mut entries = entries.into_iter();
    let first = entries.next()?;
    let Event::Opened { request } = first.first()? else { return None };
    let mut request = (**request).clone();
    for events in std::iter::once(&first[1..]).chain(entries) {
        events.iter().for_each(|event| evolve(&mut request, event));
        request.version += 1;
    }
    Some(request)
}
