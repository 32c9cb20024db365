//! What a reader may do with a request, by the same rules that judge the command itself.

use crate::{
    command::{Command, Trim},
    decide,
    id::PersonId,
    person::Platform,
    policy::Policy,
    refusal::Refusal,
    request::{Request, Via},
    time::Timestamp,
};

/// What would be accepted now. Found by asking [`decide`], so a page can never promise what a press then refuses.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Abilities {
    /// Vote yes, or no.
    pub vote: bool,
    /// Why not, for people who look for the button.
    pub no_vote: Option<Refusal>,
    /// Take it back.
    pub cancel: bool,
    /// Start it.
    pub start: bool,
    /// End the access.
    pub end: bool,
    /// Take the access away.
    pub revoke: bool,
    /// Vouch for an overdue revocation.
    pub waive: bool,
}

impl Abilities {
    pub(super) fn of(reader: &PersonId, request: &Request, policy: &Policy, now: Timestamp) -> Self {
        let via = Via { platform: Platform::Console, account: None };
        let attempt = |command: Command| decide::decide(request, reader, &via, command, policy, now);
        let can = |command: Command| attempt(command).is_ok();
        let vote = attempt(Command::Approve { step: None, note: None, trim: Trim::default() });
        Self {
            vote: vote.is_ok(),
            no_vote: vote.err(),
            cancel: can(Command::Cancel),
            start: can(Command::Start),
            end: can(Command::End),
            revoke: can(Command::Revoke { note: None }),
            waive: can(Command::Waive { note: "-".into() }),
        }
    }
}
