//! The only functions that change anything. All pure: state and moment in, transition or refusal out.
//!
//! [`open`] what a draft becomes · [`decide`] what a person asks for · [`ring`] what the clock brings · [`settle`] what a
//! connector reported · [`reassess`] what a changed organisation means · [`recover`] what a
//! restored database means · [`evolve`] how an event changes a request.

mod advance;
mod alarm;
mod draft;
mod evolve;
mod open;
mod reassess;
mod recover;
mod ring;
mod settle;
mod steer;
mod vote;
mod work;

pub use alarm::{OVERDUE_AFTER, next_alarm};
pub use draft::NewRequest;
pub use evolve::{evolve, replay};
pub use open::{Standing, open};

pub(crate) use open::rehearse;
pub use reassess::reassess;
pub use recover::{Held, recover};
pub use ring::ring;
pub use settle::{Report, settle};

use crate::{
    command::Command,
    id::PersonId,
    policy::Policy,
    refusal::Refusal,
    request::{Request, Via},
    time::Timestamp,
    transition::{Actor, Transition},
};

/// What a person asks for. `actor` is the person whom the account belongs to; every rule runs on people, never on
/// accounts. A refusal changes nothing.
pub fn decide(
    request: &Request,
    actor: &PersonId,
    via: &Via,
    command: Command,
    policy: &Policy,
    now: Timestamp,
) -> Result<Transition, Refusal> {
    if policy.directory.active(actor).is_none() {
        return Err(Refusal::Deactivated);
    }
    let mut work = work::Work::on(request, policy, now);
    match command {
        Command::Approve { step, note, trim } => vote::approve(&mut work, actor, via, step, note, trim)?,
        Command::Deny { step, note } => vote::deny(&mut work, actor, via, step, note)?,
        Command::Cancel => steer::cancel(&mut work, actor)?,
        Command::Start => steer::start(&mut work, actor)?,
        Command::End => steer::end(&mut work, actor)?,
        Command::Revoke { note } => steer::revoke(&mut work, actor, note)?,
        Command::Waive { note } => steer::waive(&mut work, actor, note)?,
    }
    Ok(work.done(Actor::Person { id: actor.clone(), via: via.clone() }))
}
