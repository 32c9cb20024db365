//! What it means that the database was restored from a backup: between the backup and now anything may have happened, and
//! only the targets know (THREATS C10).

use super::{steer::take_away, work::Work};
use crate::{
    effect::{Audience, News},
    event::Event,
    grant::{EndReason, GrantState},
    id::PersonId,
    policy::Policy,
    request::{Request, Via},
    time::Timestamp,
    transition::{Actor, Transition},
};

/// What a grant's target was seen to hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Held {
    /// The access is there.
    Present,
    /// It is not.
    Absent,
    /// The target cannot be asked.
    Unknown,
}

/// Judges a request of a restored database by what its target holds. Nothing is ever granted because of it: what is gone
/// stays gone, what is there ends at its own time at the latest, and where nobody can tell, nothing new begins. `None`
/// when nothing follows: people vote anew where votes were lost, and a revocation goes on.
pub fn recover(
    request: &Request,
    held: Held,
    (by, via): (&PersonId, &Via),
    policy: &Policy,
    now: Timestamp,
) -> Option<Transition> {
    let mut work = Work::on(request, policy, now);
    let restored = EndReason::Restored(by.clone());
    match (&request.grant.as_ref()?.state, held) {
        // One that waits to be started may have been started, used and ended since.
        (GrantState::Scheduled { .. }, _) | (GrantState::Granting { .. } | GrantState::Active { .. }, Held::Absent) => {
            work.happens(Event::GrantEnded { at: now, why: restored });
            work.tell(Audience::Requester, News::Ended);
        }
        (GrantState::Granting { give_up_at, .. }, Held::Present) if now < *give_up_at => {
            // It began after it was approved, so its own end is no sooner than this.
            work.happens(Event::GrantActivated { at: now, expires_at: *give_up_at, delivery: Vec::new() });
        }
        (GrantState::Granting { .. }, Held::Present | Held::Unknown) => {
            // A refusal cannot happen: a grant in this state can be taken away.
            let _ = take_away(&mut work, "end", restored);
        }
        _ => {}
    }
    work.done_if_any(Actor::Person { id: by.clone(), via: via.clone() })
}
