//! What holds whatever happens: random small organisations, random chains, and everything that people, clocks,
//! connectors and administrators may do to a request, in any order.

use crate::{
    random::{self, PEOPLE},
    watcher,
    world::{World, describe, draft},
};
use countersign_engine::{
    chain,
    command::{Command, Trim},
    decide::Report,
    event::Event,
    id::TeamId,
    request::{Request, State},
    time::Length,
    workflow::choose,
};
use proptest::prelude::*;

/// Something that may happen.
#[derive(Clone, Debug)]
enum Act {
    Vote {
        account: usize,
        deny: bool,
        minutes: Option<i64>,
        step: Option<usize>,
    },
    /// Somebody who may vote on the open step approves.
    Eligible {
        nth: usize,
        minutes: Option<i64>,
    },
    Steer {
        person: usize,
        what: usize,
    },
    Move {
        minutes: i64,
    },
    Ring,
    Report(usize),
    Toggle(usize),
    /// Somebody who has voted leaves, or comes back.
    ToggleVoter(usize),
    Team {
        person: usize,
        team: usize,
    },
    Link {
        account: usize,
        person: usize,
    },
    Edit {
        required: u32,
    },
    Reassess,
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let minutes = || prop::option::weighted(0.2, 1..90i64);
    let step = prop::option::weighted(0.2, 0..3usize);
    let vote = (0..2 * PEOPLE, prop::bool::weighted(0.1), minutes(), step)
        .prop_map(|(account, deny, minutes, step)| Act::Vote { account, deny, minutes, step });
    let act = prop_oneof![
        6 => vote,
        6 => (0..PEOPLE, minutes()).prop_map(|(nth, minutes)| Act::Eligible { nth, minutes }),
        1 => (0..PEOPLE, 0..5usize).prop_map(|(person, what)| Act::Steer { person, what }),
        2 => (1..25i64).prop_map(|minutes| Act::Move { minutes }),
        2 => Just(Act::Ring),
        2 => (0..4usize).prop_map(Act::Report),
        1 => (0..PEOPLE).prop_map(Act::Toggle),
        2 => (0..PEOPLE).prop_map(Act::ToggleVoter),
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
        Act::Eligible { nth, minutes } => {
            let step = w.request().open_step().map_or(0, |(p, _)| p.step);
            let can: Vec<String> = chain::approvers(w.request(), step, &w.policy).map(|id| id.to_string()).collect();
            let trim = Trim { access: None, duration: minutes.map(Length::minutes) };
            if let Some(person) = can.get(nth % can.len().max(1)) {
                w.says(person, Command::Approve { step: None, note: None, trim });
            }
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
        Act::Ring => {
            w.ring();
        }
        Act::Report(which) => {
            let no = || "no".to_owned();
            let all =
                [Report::Granted(Vec::new()), Report::NotGranted(no()), Report::Revoked, Report::NotRevoked(no())];
            w.report(all[which].clone());
        }
        Act::Toggle(person) => w.person(&random::name(person), |p| p.active = !p.active),
        Act::ToggleVoter(nth) => {
            let voters: Vec<String> =
                w.request().votes.iter().filter_map(|v| v.voter.person()).map(ToString::to_string).collect();
            if let Some(voter) = voters.get(nth % voters.len().max(1)) {
                w.person(voter, |p| p.active = !p.active);
            }
        }
        Act::Team { person, team } => w.person(&random::name(person), |p| {
            let team = TeamId::new(format!("t{team}"));
            if !p.teams.remove(&team) {
                p.teams.insert(team);
            }
        }),
        Act::Link { account, person } => {
            for other in 0..PEOPLE {
                w.person(&random::name(other), |p| {
                    p.accounts.remove(&random::account(account));
                });
            }
            w.person(&random::name(person), |p| {
                p.accounts.insert(random::account(account));
            });
        }
        Act::Edit { required } => {
            for workflow in w.policy.workflows.values_mut() {
                workflow.steps.iter_mut().for_each(|s| s.required = required);
                workflow.limits.max_duration = Some(Length::minutes(50));
            }
        }
        Act::Reassess => {
            w.reassess();
        }
    }
    w.request().version != version
}

fn is_over(request: &Request) -> bool {
    !request.state.is_pending() && request.grant.as_ref().is_none_or(|g| g.state.is_over())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, max_global_rejects: 100_000, ..ProptestConfig::default() })]

    /// No sequence of commands by fewer than the needed distinct eligible people ever grants, and all else that
    /// [`watcher`] tells; terminal means terminal (S14).
    #[test]
    fn abuse_a05_a07_a08_whatever_happens(org in random::orgs(), requester in 0..PEOPLE, acts in acts()) {
        let mut w = World::of(org);
        prop_assume!(w.try_ask(&random::name(requester), draft("box", None, "1h")).is_ok());
        let start = match &w.entries[0][0] {
            Event::Opened { request } => (**request).clone(),
            other => panic!("{other:?}"),
        };
        if w.request().grant.is_some() {
            prop_assert!(start.chain.steps.iter().enumerate().all(|(i, _)| w.request().votes_of(i).any(|v| v.voter.person().is_none())));
        }
        watcher::alarms(&w);
        for act in &acts {
            let before = w.request().clone();
            let changed = happen(&mut w, act);
            prop_assert!(!(changed && is_over(&before)), "{} must stay: {:?}", describe(&before), act);
            watcher::watch(&before, &w);
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
