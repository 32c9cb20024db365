//! What the clock brings.

use super::{advance, alarm, steer::take_away, work::Work};
use crate::{
    effect::{Audience, Effect, News},
    event::Event,
    grant::{EndReason, GrantState},
    policy::Policy,
    request::{Pending, Request, State},
    time::Timestamp,
    transition::{Actor, Transition},
};

/// Does what is due by `now`. A late, early or repeated alarm that finds nothing due changes nothing (rule 26).
pub fn ring(request: &Request, policy: &Policy, now: Timestamp) -> Option<Transition> {
    let mut work = Work::on(request, policy, now);
    match (&request.state, request.grant.as_ref().map(|g| &g.state)) {
        (State::Pending(pending), _) => ring_pending(&mut work, pending),
        (_, Some(grant)) => ring_grant(&mut work, grant),
        (_, None) => {}
    }
    work.done_if_any(Actor::Clock)
}

/// However late the alarm, the bound that was over first is the one that counts.
fn ring_pending(work: &mut Work<'_>, pending: &Pending) {
    let (now, whole_bound) = (work.now, work.request.expires_at);
    let step_over = now >= pending.deadline;
    if step_over && pending.deadline <= whole_bound && !advance::can_escalate(work) {
        time_out(work, pending.deadline, false);
    } else if now >= whole_bound {
        time_out(work, whole_bound, true);
    } else if step_over {
        advance::escalate(work);
        advance::judge_chain(work);
    } else if pending.remind_at.is_some_and(|at| now >= at) {
        remind(work, pending);
    }
}

fn time_out(work: &mut Work<'_>, at: Timestamp, whole: bool) {
    work.happens(Event::TimedOut { at, whole });
    work.tell(Audience::Requester, News::Decided);
}

fn remind(work: &mut Work<'_>, pending: &Pending) {
    let every = work.request.chain.steps.get(pending.step).and_then(|s| s.remind_every);
    let next = every.map(|every| work.now + every.delta()).filter(|at| *at < pending.deadline);
    work.happens(Event::Reminded { at: work.now, next });
    work.effect(Effect::Remind { step: pending.step });
}

fn ring_grant(work: &mut Work<'_>, state: &GrantState) {
    let now = work.now;
    // Refusals cannot happen here: each arm has looked at the state that `take_away` needs.
    match state {
        GrantState::Scheduled { start_by } if now >= *start_by => {
            let _ = take_away(work, "end", EndReason::NeverStarted);
        }
        GrantState::Granting { give_up_at, .. } if now >= *give_up_at => {
            let _ = take_away(work, "end", EndReason::NotDelivered);
        }
        GrantState::Active { expires_at, .. } if now >= *expires_at => {
            let _ = take_away(work, "end", EndReason::Expired);
        }
        GrantState::Active { since, expires_at, warned: false }
            if now >= alarm::warn_at(*since, *expires_at, work.policy) =>
        {
            work.happens(Event::GrantWarned { at: now });
            work.tell(Audience::Requester, News::EndsSoon);
        }
        GrantState::Revoking { since, overdue, .. } => {
            let due = overdue.as_ref().map_or(*since + alarm::OVERDUE_AFTER, |o| o.next_alert);
            if now >= due {
                let alerts = overdue.as_ref().map_or(0, |o| o.alerts);
                work.happens(Event::RevocationOverdue { at: now, next_alert: now + alarm::alert_again_after(alerts) });
                work.tell(Audience::Operators, News::Overdue);
                work.tell(Audience::Requester, News::Overdue);
                work.effect(Effect::Revoke);
            }
        }
        _ => {}
    }
}
