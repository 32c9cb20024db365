//! What holds whatever happens: random small organisations, random chains, and everything that people, clocks,
//! connectors and administrators may do to a request, in any order.

use crate::{
    random::{self, PEOPLE},
    world::{World, describe, draft},
};
use countersign_engine::{
    chain,
    command::{Command, Trim},
    decide::{self, Report},
    event::Event,
    id::{PersonId, TeamId},
    request::{Decision, Request, State, Vote, Voter},
    time::Length,
    workflow::{OnTimeout, choose},
};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// Something that may happen.
#[derive(Clone, Debug)]
enum Act {
    Vote { account: usize, deny: bool, minutes: Option<i64>, step: Option<usize> },
    Steer { person: usize, what: usize },
    Move { minutes: i64 },
    Ring,
    Report(usize),
    Toggle(usize),
    Team { person: usize, team: usize },
    Link { account: usize, person: usize },
    Edit { required: u32 },
    Reassess,
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let minutes = prop::option::weighted(0.2, 1..90i64);
    let step = prop::option::weighted(0.2, 0..3usize);
    let vote = (0..2 * PEOPLE, prop::bool::weighted(0.1), minutes, step)
        .prop_map(|(account, deny, minutes, step)| Act::Vote { account, deny, minutes, step });
    let act = prop_oneof![
        12 => vote,
        2 => (0..PEOPLE, 0..5usize).prop_map(|(person, what)| Act::Steer { person, what }),
        2 => (1..40i64).prop_map(|minutes| Act::Move { minutes }),
        2 => Just(Act::Ring),
        2 => (0..4usize).prop_map(Act::Report),
        2 => (0..PEOPLE).prop_map(Act::Toggle),
        2 => (0..PEOPLE, 0..3usize).prop_map(|(person, team)| Act::Team { person, team }),
        2 => (0..2 * PEOPLE, 0..PEOPLE).prop_map(|(account, person)| Act::Link { account, person }),
        1 => (1..2u32).prop_map(|required| Act::Edit { required }),
        2 => Just(Act::Reassess),
    ];
    prop::collection::vec(act, 1..60)
}

/// Lets it happen; did the request change?
fn happen(w: &mut World, act: &Act) -> bool {
    let version = w.request().version;
    match act.clone() {
        Act::Vote { account, deny, minutes, step } => {
            let Some(person) = w.policy.directory.owner(&random::account(account)).map(|p| p.id.to_string()) else {
                return false;
            };
            let trim = Trim { access: None, duration: minutes.map(Length::minutes) };
            w.says(
                &person,
                match deny {
                    true => Command::Deny { step, note: None },
                    false => Command::Approve { step, note: None, trim },
                },
            );
        }
        Act::Steer { person, what } => {
            let note = "gone".to_owned();
            let all = [
                Command::Cancel,
                Command::Start,
                Command::End,
                Command::Revoke { note: None },
                Command::Waive { note },
            ];
            w.says(&random::name(person), all[what].clone());
        }
        Act::Move { minutes } => w.now += Length::minutes(minutes).delta(),
        Act::Ring => drop(w.ring()),
        Act::Report(which) => {
            let no = || "no".to_owned();
            let all =
                [Report::Granted(Vec::new()), Report::NotGranted(no()), Report::Revoked, Report::NotRevoked(no())];
            w.report(all[which].clone());
        }
        Act::Toggle(person) => w.person(&random::name(person), |p| p.active = !p.active),
        Act::Team { person, team } => w.person(&random::name(person), |p| {
            let team = TeamId::new(format!("t{team}"));
            if !p.teams.remove(&team) {
                p.teams.insert(team);
            }
        }),
        Act::Link { account, person } => {
            for other in 0..PEOPLE {
                w.person(&random::name(other), |p| drop(p.accounts.remove(&random::account(account))));
            }
            w.person(&random::name(person), |p| drop(p.accounts.insert(random::account(account))));
        }
        Act::Edit { required } => {
            for workflow in w.policy.workflows.values_mut() {
                workflow.steps.iter_mut().for_each(|s| s.required = required);
                workflow.limits.max_duration = Some(Length::minutes(50));
            }
        }
        Act::Reassess => drop(w.reassess()),
    }
    w.request().version != version
}

/// Everything that must be true after each act, told without the engine's own judgement where that is possible.
#[derive(Default)]
struct Watcher {
    /// Votes that were allowed when they were cast.
    allowed: BTreeMap<usize, Vec<Vote>>,
}

impl Watcher {
    fn watch(&mut self, before: &Request, w: &World) {
        let after = w.request();
        for vote in &after.votes[before.votes.len()..] {
            assert!(was_allowed(before, vote, w), "{vote:?} in {}", describe(before));
            self.allowed.entry(vote.step).or_default().push(vote.clone());
        }
        assert_eq!(&after.votes[..before.votes.len()], &before.votes[..], "votes are never removed or changed");
        let rank = |r: &Request| r.chain.access.iter().position(|a| *a == r.scope.access);
        assert!(
            after.scope.duration <= before.scope.duration && rank(after) <= rank(before),
            "scope shrinks (rule 20)"
        );
        if before.state.is_pending() && after.grant.is_some() {
            self.granted(after, w);
        }
        self.alarms(w);
    }

    /// rules 10, 11, 12, 16 (abuse A05, A07, A08): enough distinct, eligible people, and terms within what they allowed.
    fn granted(&self, request: &Request, w: &World) {
        let mut used: BTreeSet<&PersonId> = BTreeSet::new();
        for (index, step) in request.chain.steps.iter().enumerate() {
            let approvals: Vec<&Vote> = request.votes_of(index).filter(|v| v.decision == Decision::Approve).collect();
            if approvals.iter().any(|v| matches!(v.voter, Voter::Rule(_))) {
                continue;
            }
            let counting: Vec<&Vote> = approvals
                .into_iter()
                .filter(|v| v.voter.person().is_some_and(|id| w.policy.directory.active(id).is_some()))
                .collect();
            let people: BTreeSet<&PersonId> = counting.iter().filter_map(|v| v.voter.person()).collect();
            assert!(people.len() >= step.required as usize, "step {index} of {request:#?}");
            assert!(step.required > 0);
            if step.distinct {
                assert!(people.is_disjoint(&used), "one person, one slot");
                used.extend(people);
            }
            let terms = &request.grant.as_ref().unwrap().terms;
            assert!(counting.iter().all(|v| terms.duration <= v.scope.duration), "within each approval's scope");
        }
        let terms = &request.grant.as_ref().unwrap().terms;
        assert!(terms.duration <= w.policy.resources[&terms.resource].max_duration);
        assert!(w.policy.directory.active(&request.holder).is_some(), "rule 3");
    }

    /// rule 26: idempotent, never early, never busy.
    fn alarms(&self, w: &World) {
        let ring = |request: &Request, at| decide::ring(request, &w.policy, at);
        let Some(next) = w.alarm() else {
            assert!(ring(w.request(), w.now + Length::MAX.delta()).is_none(), "nothing is due, ever");
            return;
        };
        assert!(ring(w.request(), next - chrono::TimeDelta::nanoseconds(1)).is_none(), "early");
        for at in [next, next + Length::minutes(7).delta(), next + Length::hours(50).delta()] {
            let rung = ring(w.request(), at).expect("ringing when it is due does something");
            assert!(ring(&rung.request, at).is_none(), "twice");
            assert!(decide::next_alarm(&rung.request, &w.policy).is_none_or(|after| after > at), "busy");
        }
    }
}

/// Was the voter named by the open step, fallback included once it was added, active, unused, in time, and not the
/// requester?
fn was_allowed(before: &Request, vote: &Vote, w: &World) -> bool {
    let State::Pending(pending) = &before.state else { return false };
    let Voter::Person(id) = &vote.voter else { return false };
    let directory = &w.policy.directory;
    let (person, requester) = (directory.person(id).unwrap(), directory.person(&before.requester).unwrap());
    let step = &before.chain.steps[vote.step];
    let resource = w.policy.resources.get(&before.asked.resource);
    let fallback = match &step.on_timeout {
        OnTimeout::Escalate(more) if before.widened.contains(&vote.step) => more.as_slice(),
        _ => &[],
    };
    let named = step.approvers.iter().chain(fallback).any(|s| s.names(person, requester, resource, directory));
    let unused = before
        .votes
        .iter()
        .filter(|v| v.voter == vote.voter)
        .all(|v| v.step != vote.step && !(step.distinct && before.chain.steps[v.step].distinct));
    vote.step == pending.step
        && w.now < pending.deadline
        && w.now < before.expires_at
        && *id != before.requester
        && *id != before.holder
        && person.active
        && named
        && unused
}

fn is_over(request: &Request) -> bool {
    !request.state.is_pending() && request.grant.as_ref().is_none_or(|g| g.state.is_over())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, max_global_rejects: 100_000, ..ProptestConfig::default() })]

    /// No sequence of commands by fewer than the needed distinct eligible people ever grants; the rest of
    /// [`Watcher`] on the way; and terminal means terminal (S14).
    #[test]
    fn abuse_a05_a07_a08_whatever_happens(org in random::orgs(), requester in 0..PEOPLE, acts in acts()) {
        let mut w = World::of(org);
        prop_assume!(w.try_ask(&random::name(requester), draft("box", None, "1h")).is_ok());
        let mut watcher = Watcher::default();
        let start = match &w.entries[0][0] {
            Event::Opened { request } => (**request).clone(),
            other => panic!("{other:?}"),
        };
        if w.request().grant.is_some() {
            prop_assert!(start.chain.steps.iter().enumerate().all(|(i, _)| w.request().votes_of(i).any(|v| v.voter.person().is_none())));
        }
        watcher.alarms(&w);
        for act in &acts {
            let before = w.request().clone();
            let changed = happen(&mut w, act);
            prop_assert!(!(changed && is_over(&before)), "{} must stay: {:?}", describe(&before), act);
            watcher.watch(&before, &w);
        }
        // rule 13: once judged on the newest organisation, nothing hangs silently.
        w.reassess();
        if let State::Pending(pending) = &w.request().state {
            let in_time = w.now < pending.deadline.min(w.request().expires_at);
            prop_assert_eq!(in_time && pending.blocked.is_some(), in_time && chain::shortfall(w.request(), &w.policy).is_some());
            let somebody = chain::approvers(w.request(), pending.step, &w.policy).next().is_some();
            prop_assert!(!in_time || pending.blocked.is_some() || somebody, "open, not blocked, and nobody can vote");
        }
    }

    /// rule 5: the winner is the greatest of a total order, whatever else is in the policy.
    #[test]
    fn choosing_is_a_total_order(org in random::orgs(), other in random::orgs()) {
        let mut w = World::of(org);
        w.policy.workflows.extend(other.workflows.into_values().map(|mut x| {
            x.id = countersign_engine::id::WorkflowId::new(format!("z{}", x.id));
            (x.id.clone(), x)
        }));
        let winner = |policy: &countersign_engine::policy::Policy| {
            let asked = countersign_engine::workflow::Asked {
                requester: policy.directory.person(&"p0".into()).unwrap(),
                resource: &policy.resources[&"box".into()],
                access: &"use".into(),
                duration: Length::hours(1),
                directory: &policy.directory,
                now: w.now,
            };
            choose(policy, &asked).map(|(winner, _)| winner.id.clone()).ok()
        };
        let best = winner(&w.policy).unwrap();
        for loser in w.policy.workflows.keys().filter(|id| **id != best) {
            let mut duel = w.policy.clone();
            duel.workflows.retain(|id, _| *id == best || id == loser);
            prop_assert_eq!(winner(&duel), Some(best.clone()), "wins each duel as well");
        }
    }
}
