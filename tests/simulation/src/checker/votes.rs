//! Who may vote, judged at the moment of each vote, and what a complete chain is (S1, S2).

use super::{Checked, broken, shadow::Shadow};
use crate::organisation::{self, Organisation, Rung};
use countersign::audit::entry::Entry;
use countersign_engine::request::{Decision, Vote, Voter};
use std::collections::BTreeSet;

fn voter(vote: &Vote) -> Option<usize> {
    match &vote.voter {
        Voter::Person(id) => organisation::number(id.as_str()),
        Voter::Rule(_) => None,
    }
}

/// Is this person named at this step, as far as it was widened?
fn is_named(shadow: &Shadow, step: usize, person: usize, organisation: &Organisation) -> bool {
    let rung = &shadow.flow.steps[step];
    let named = |who| organisation.is_named(who, person, shadow.requester, shadow.resource);
    person != shadow.requester && (named(&rung.who) || (shadow.widened.contains(&step) && named(&rung.fallback)))
}

/// Everybody who is named at this step.
pub(super) fn who_may(shadow: &Shadow, step: usize, organisation: &Organisation) -> Vec<usize> {
    (0..organisation.people.len()).filter(|person| is_named(shadow, step, *person, organisation)).collect()
}

/// A vote that a person really pressed, at the open step, in time, with a slot that was free.
pub(super) fn may_be(
    shadow: &Shadow,
    vote: &Vote,
    entry: &Entry,
    organisation: &Organisation,
    pressed: &BTreeSet<(usize, String, u8)>,
) -> Checked {
    let (short, Some(person)) = (&entry.short_id, voter(vote)) else {
        return broken("S1", format!("{}: a vote by nobody", entry.short_id));
    };
    let Some((pending, _)) = shadow.request.open_step() else {
        return broken("S2", format!("{short}: a vote with no step open"));
    };
    if shadow.actor(entry) != Some(person) || vote.at != entry.at || vote.step != pending.step {
        return broken("S2", format!("{short}: p{person}'s vote is not what they did"));
    }
    let names = [shadow.request.id.to_string(), shadow.request.short_id.to_string()];
    if !names.iter().any(|name| pressed.contains(&(person, name.clone(), vote.decision as u8))) {
        return broken("S2", format!("{short}: p{person} never pressed {:?}", vote.decision));
    }
    if let Some(account) = vote.via.as_ref().and_then(|via| via.account.as_ref())
        && organisation.owner(account) != Some(person)
    {
        return broken("S1", format!("{short}: {account} is not p{person}'s"));
    }
    if !is_named(shadow, vote.step, person, organisation) {
        return broken("S1", format!("{short}: p{person} may not vote at step {}", vote.step));
    }
    if vote.at >= pending.deadline.min(shadow.request.expires_at) {
        return broken("S1", format!("{short}: p{person} voted after the deadline"));
    }
    let distinct = |step: usize| shadow.flow.steps[step].distinct;
    let uses = |v: &&Vote| v.step == vote.step || (distinct(v.step) && distinct(vote.step));
    match shadow.request.votes.iter().filter(|v| voter(v) == Some(person)).find(uses) {
        Some(_) => broken("S2", format!("{short}: p{person} voted twice")),
        None => Ok(()),
    }
}

/// Everybody who denied at a step.
pub(super) fn denials(shadow: &Shadow, step: usize) -> BTreeSet<&str> {
    let of_step = shadow.request.votes_of(step).filter(|v| v.decision == Decision::Deny);
    of_step.filter_map(|v| v.voter.person()).map(|id| id.as_str()).collect()
}

/// Every step has its distinct people, none of them the requester, all of them still here; with `revalidate`, all of them
/// still named.
pub(super) fn chain_is_complete(shadow: &Shadow, organisation: &Organisation, starting: bool) -> Checked {
    let short = &shadow.request.short_id;
    if !organisation.people[shadow.requester].active && starting {
        return broken("S1", format!("{short} starts for somebody who is deactivated"));
    }
    let mut used = BTreeSet::new();
    for (step, rung) in shadow.flow.steps.iter().enumerate() {
        let people = approvals(shadow, step, rung, organisation);
        if people.len() < rung.required as usize {
            return broken("S1", format!("{short}: step {step} has {people:?} and needs {}", rung.required));
        }
        for person in people.into_iter().filter(|_| rung.distinct) {
            if !used.insert(person) {
                return broken("S1", format!("{short}: p{person} fills two slots"));
            }
        }
    }
    Ok(())
}

fn approvals(shadow: &Shadow, step: usize, rung: &Rung, organisation: &Organisation) -> BTreeSet<usize> {
    let of_step = shadow.request.votes_of(step).filter(|v| v.decision == Decision::Approve);
    let strict = shadow.flow.revalidate;
    let counts = |person: &usize| match strict {
        true => is_named(shadow, step, *person, organisation),
        false => organisation.people[*person].active && *person != shadow.requester,
    };
    let _ = rung;
    of_step.filter_map(voter).filter(counts).collect()
}
