//! What a connector job is to do, and what a target's answers mean. The shell calls, waits and reports; it judges nothing.

use crate::{
    decide::Report,
    effect::Effect,
    grant::{Grant, GrantState, Terms},
    ports::{Delivery, Observation, Outcome},
};

/// What a job of the connector lanes has to do, on its grant as it is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Errand<'a> {
    /// Have the access given, and report.
    Give(&'a Terms),
    /// Have it taken away, and report.
    TakeAway(&'a Terms),
    /// Its grant is over, but an earlier try may have left access behind, and so may whoever was stopped in the middle of
    /// one: that is taken back before the job is forgotten.
    TakeBack(&'a Terms),
    /// Overtaken: nothing is granted that is no longer wanted, nothing is revoked twice.
    Nothing,
}

impl<'a> Errand<'a> {
    /// Of a job with this effect.
    pub fn of(effect: &Effect, grant: Option<&'a Grant>) -> Self {
        let Some(Grant { terms, state, .. }) = grant else { return Self::Nothing };
        match (effect, state) {
            (Effect::Grant, GrantState::Granting { .. }) => Self::Give(terms),
            (Effect::Revoke, GrantState::Revoking { .. }) => Self::TakeAway(terms),
            (Effect::Grant, state) if state.is_over() => Self::TakeBack(terms),
            _ => Self::Nothing,
        }
    }
}

/// Is access still to be given? It may have been ended while the target was silent, and then somebody waits.
pub fn is_wanted(grant: Option<&Grant>) -> bool {
    grant.is_some_and(|grant| matches!(grant.state, GrantState::Granting { .. }))
}

/// Access that comes now comes too late, and must not stay (rule 36). While it is being taken away that is so as well: who
/// was stopped before the call may make it between another's reading back and the end.
pub fn is_too_late(grant: Option<&Grant>) -> bool {
    grant.is_none_or(|grant| !matches!(grant.state, GrantState::Granting { .. } | GrantState::Active { .. }))
}

/// What a request for access came to whose outcome nobody knew, once it is read back (rule 36). `None`: the access is there
/// and wanted, so ask once more: granting is idempotent, and only its answer holds what the person needs.
pub fn read_back<T>(error: String, seen: Observation, wanted: bool) -> Option<Outcome<T>> {
    match seen {
        Observation::Present if wanted => None,
        Observation::Absent => Some(Outcome::DefinitelyNot(error)),
        Observation::Present | Observation::Unknown(_) => Some(Outcome::Unknown(error)),
    }
}

/// The report on a request for access.
pub fn given(outcome: Outcome<Delivery>) -> Report {
    match outcome {
        Outcome::Done(delivery) => Report::Granted(delivery.details),
        Outcome::DefinitelyNot(error) | Outcome::Unknown(error) => Report::NotGranted(error),
    }
}

/// The report on a revocation. Not what was said decides, but what is left at the target (rule 38).
pub fn taken_away(said: Outcome<()>, seen: Observation) -> Report {
    match (seen, said) {
        (Observation::Absent, Outcome::Done(())) => Report::Revoked,
        (_, Outcome::DefinitelyNot(error) | Outcome::Unknown(error)) | (Observation::Unknown(error), _) => {
            Report::NotRevoked(error)
        }
        (Observation::Present, Outcome::Done(())) => {
            Report::NotRevoked("the target says that it is done, but the access is still there".into())
        }
    }
}
