//! The matrix: every state, every kind of person, every command, before, at and after the deadline; no alarm has rung.
//! Read the snapshot line by line against SEMANTICS.md whenever it changes.

use crate::world::{World, approve, deny, draft, revoke, waive};
use countersign_engine::{command::Command, decide::Report};
use std::fmt::Write;

/// A state to be in.
struct Situation {
    name: &'static str,
    world: World,
    /// Somebody whom the open step names, or any step once there is no open one; they have not voted.
    eligible: &'static str,
    later: Option<&'static str>,
    voted: Option<&'static str>,
    /// How long until the deadline that matters.
    deadline: Option<&'static str>,
}

fn situations() -> Vec<Situation> {
    let pending = |votes: &[&str]| {
        let mut w = org();
        w.ask("dev", draft("prod-db", None, "4h"));
        votes.iter().for_each(|who| drop(w.says(who, approve())));
        w
    };
    let granting = || pending(&["lisa", "manager", "sec1", "sec2"]);
    let active = || with(granting(), |w| assert!(w.report(Report::Granted(Vec::new()))));
    let revoking = || with(active(), |w| drop(w.says("dev", Command::End)));
    let blocked = || {
        with(pending(&["lisa"]), |w| {
            ["sec1", "sec2", "sec3"].into_iter().for_each(|id| w.deactivate(id));
            w.reassess();
        })
    };
    let escalated = || {
        let mut w = org();
        let fallback = vec![countersign_engine::selector::Selector::Team("security".into())];
        w.step(0).on_timeout = countersign_engine::workflow::OnTimeout::Escalate(fallback);
        w.ask("dev", draft("prod-db", None, "4h"));
        w.after("30m");
        w
    };
    let scheduled = || {
        let mut w = org();
        w.workflow("sre-prod-db").limits.activate_within = Some(crate::world::length("1h"));
        w.ask("dev", draft("prod-db", None, "4h"));
        w.all_approve();
        w
    };
    let failed = || {
        with(granting(), |w| {
            w.after("4h");
            w.report(Report::Revoked);
        })
    };
    let open =
        |name, world, eligible, later, voted| Situation { name, world, eligible, later, voted, deadline: Some("30m") };
    let closed =
        |name, world, deadline| Situation { name, world, eligible: "sec3", later: None, voted: Some("lisa"), deadline };
    vec![
        open("pending, step 1", pending(&[]), "lisa", Some("sec1"), None),
        open("pending, step 1, escalated", escalated(), "sec1", None, None),
        open("pending, step 2", pending(&["lisa"]), "manager", Some("sec1"), Some("lisa")),
        open("pending, step 3, 1 of 2", pending(&["lisa", "manager", "sec1"]), "sec2", None, Some("sec1")),
        open("blocked at step 2", blocked(), "manager", Some("sec4"), Some("lisa")),
        closed("granting", granting(), Some("4h")),
        closed("scheduled", scheduled(), Some("1h")),
        closed("active", active(), Some("4h")),
        closed("revoking", revoking(), Some("1m")),
        closed("overdue", with(revoking(), |w| drop(w.after("1m"))), None),
        closed("ended", with(revoking(), |w| assert!(w.report(Report::Revoked))), None),
        closed("failed", failed(), None),
        closed("denied", with(pending(&["lisa"]), |w| drop(w.says("manager", deny()))), None),
        closed("timed out", with(pending(&["lisa"]), |w| drop(w.after("30m"))), None),
        closed("withdrawn", with(pending(&["lisa"]), |w| drop(w.says("dev", Command::Cancel))), None),
        closed("cancelled", with(pending(&["lisa"]), cancel_by_policy), None),
    ]
}

fn with(mut w: World, change: impl FnOnce(&mut World)) -> World {
    change(&mut w);
    w
}

/// The workflow goes, the request is cancelled, the workflow comes back.
fn cancel_by_policy(w: &mut World) {
    let kept = w.policy.workflows.clone();
    w.policy.workflows.clear();
    w.reassess();
    w.policy.workflows = kept;
}

/// The demo organisation with an administrator, a guest in no team, and a lead who was deactivated.
fn org() -> World {
    let mut w = World::acme().with_root();
    w.person("guest", |p| (p.level, p.teams) = ("member".into(), Default::default()));
    w.person("left", |p| (p.level, p.active) = ("team-lead".into(), false));
    w
}

fn commands() -> [(&'static str, Command); 7] {
    [
        ("approve", approve()),
        ("deny", deny()),
        ("cancel", Command::Cancel),
        ("start", Command::Start),
        ("end", Command::End),
        ("revoke", revoke()),
        ("waive", waive("it is gone")),
    ]
}

/// What each command comes to, for one person at one moment.
fn row(situation: &Situation, person: &str, wait: Option<&str>) -> Vec<String> {
    let answer = |command: Command| {
        let mut w = situation.world.clone();
        w.now += wait.map(|by| crate::world::length(by).delta()).unwrap_or_default();
        match w.tries(person, command) {
            Ok(()) => format!("-> {}", w.state()),
            Err(refusal) => refusal.code().to_owned(),
        }
    };
    commands().map(|(_, command)| answer(command)).into()
}

/// Rows of one person; moments that give the same answers share one.
fn rows(situation: &Situation, person: &str) -> Vec<(String, Vec<String>)> {
    let Some(deadline) = situation.deadline else { return vec![(String::new(), row(situation, person, None))] };
    let mut rows: Vec<(String, Vec<String>)> = Vec::new();
    for (moment, wait) in [("before", None), ("at", Some(deadline)), ("after", Some("5h"))] {
        let cells = row(situation, person, wait);
        match rows.last_mut() {
            Some((moments, last)) if *last == cells => *moments = format!("{moments}, {moment}"),
            _ => rows.push((moment.to_owned(), cells)),
        }
    }
    if let [(moments, _)] = rows.as_mut_slice() {
        moments.clear();
    }
    rows
}

/// Columns as wide as they need to be; what repeats is left out.
fn table(lines: &[Vec<String>]) -> String {
    let width = |column: usize| lines.iter().map(|line| line[column].len()).max().unwrap_or(0) + 2;
    let widths: Vec<usize> = (0..lines[0].len()).map(width).collect();
    let mut table = String::new();
    for line in lines {
        let cells: String = line.iter().zip(&widths).map(|(cell, &width)| format!("{cell:<width$}")).collect();
        writeln!(table, "{}", cells.trim_end()).unwrap();
    }
    table
}

#[test]
fn every_state_person_command_and_moment() {
    let head = ["STATE", "WHO", "DEADLINE"].map(str::to_owned).into_iter();
    let mut lines: Vec<Vec<String>> = vec![head.chain(commands().map(|(name, _)| name.to_uppercase())).collect()];
    for situation in situations() {
        let people = [
            ("requester", Some("dev")),
            ("approver", Some(situation.eligible)),
            ("approver, later step", situation.later),
            ("has voted", situation.voted),
            ("outsider", Some("guest")),
            ("administrator", Some("root")),
            ("deactivated approver", Some("left")),
        ];
        let mut name = situation.name;
        for (kind, person) in people {
            let Some(person) = person else { continue };
            let mut kind = kind;
            for (moment, cells) in rows(&situation, person) {
                lines.push([name.to_owned(), kind.to_owned(), moment].into_iter().chain(cells).collect());
                (name, kind) = ("", "");
            }
        }
    }
    insta::assert_snapshot!(table(&lines));
}
