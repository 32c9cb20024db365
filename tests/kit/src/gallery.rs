//! The card gallery: every kind of card, made by the engine. Each platform renders all of them in its tests.

use crate::{
    acme,
    story::{Story, change_person},
};
use countersign_engine::{
    card::Card,
    command::{Command, Draft},
    decide::Report,
    effect::News,
    grant::Detail,
    person::{Person, Platform},
    policy::Policy,
    selector::{LevelScope, Selector},
    time::Length,
    workflow::{OnTimeout, Step},
};

/// Name and card, in the order of a request's life.
pub fn gallery() -> Vec<(&'static str, Card)> {
    [votes(), ends(), grants(), revocations(), strange_words()].concat()
}

fn asked() -> Story {
    Story::ask("dev", "prod-db 4h billing migration")
}

/// The picture: two steps passed, security is asked.
fn last_step() -> Story {
    let lisa = asked().after(2, 14).approve("lisa");
    let as_asked = Command::Approve { step: None, note: None, trim: Default::default() };
    lisa.after(5, 2).act("manager", Platform::Slack, as_asked).after(2, 0)
}

fn approved() -> Story {
    last_step().approve("sec1").after(1, 0).approve("sec3")
}

fn active() -> Story {
    let host = Detail { label: "Host".into(), value: "db.acme.internal:5432".into() };
    approved().after(0, 3).report(Report::Granted(vec![host]))
}

fn votes() -> Vec<(&'static str, Card)> {
    let trimmed = asked().after(3, 0).trim("lisa", Length::hours(1), "an hour is enough for a migration");
    let blocked = last_step().reform(|policy| {
        for id in ["sec2", "sec3", "sec4"] {
            change_person(policy, id, |p| p.active = false);
        }
    });
    let flagged = last_step().reform(|policy| change_person(policy, "lisa", |p| p.level = "member".into()));
    let escalated = {
        let mut policy = acme();
        let admins = Selector::Level { min: "manager".into(), scope: LevelScope::Anywhere };
        first_step(&mut policy, "sre-prod-db").on_timeout = OnTimeout::Escalate(vec![admins]);
        first_step(&mut policy, "sre-prod-db").approvers = vec![Selector::Person("lisa".into())];
        Story::ask_in(policy, "dev", "prod-db 4h billing migration").after(30, 0).ring()
    };
    vec![
        ("opened", asked().card()),
        ("opened, to the requester", asked().news("dev", News::Opened)),
        ("last step", last_step().card()),
        ("pending, 1 of 2", last_step().approve("sec1").card()),
        ("reminder", last_step().approve("sec1").after(10, 0).reminder()),
        ("trimmed", trimmed.card()),
        ("an approver moved on", flagged.card()),
        ("escalated", escalated.card()),
        ("escalated, to the requester", escalated.news("dev", News::Escalated)),
        ("blocked", blocked.card()),
        ("blocked, to the requester", blocked.news("dev", News::Blocked)),
        ("auto-approved", Story::ask("lisa", "prod-db read-only 90m checking an invoice").card()),
    ]
}

fn ends() -> Vec<(&'static str, Card)> {
    let denied = asked().after(4, 0).deny("lisa", "not during the freeze");
    let timed_out = asked().after(2, 14).approve("lisa").after(31, 0).ring();
    let withdrawn = asked().after(1, 0).act("dev", Platform::Slack, Command::Cancel);
    let cancelled = asked().after(1, 0).reform(|policy| {
        policy.resources.remove(&"prod-db".into());
    });
    vec![
        ("denied with a note", denied.card()),
        ("denied, to the requester", denied.news("dev", News::Decided)),
        ("timed out", timed_out.card()),
        ("timed out, to the requester", timed_out.news("dev", News::Decided)),
        ("withdrawn", withdrawn.card()),
        ("cancelled", cancelled.card()),
    ]
}

fn grants() -> Vec<(&'static str, Card)> {
    let refused = || Report::NotGranted("connection refused (db.acme.internal:5432)".into());
    let troubled = approved().after(0, 2).report(refused());
    let failed = troubled.clone().after(240, 0).ring().report(Report::Revoked);
    let scheduled = {
        let mut policy = acme();
        workflow(&mut policy, "web-apps").limits.activate_within = Some(Length::hours(1));
        Story::ask_in(policy, "dev", "grafana 30m").after(1, 0).approve("lisa")
    };
    let ends_soon = active().after(225, 0).ring();
    vec![
        ("granting", approved().card()),
        ("granting with trouble", troubled.card()),
        ("granting with trouble, to the requester", troubled.news("dev", News::Trouble)),
        ("failed", failed.card()),
        ("scheduled, to the requester", scheduled.news("dev", News::Decided)),
        ("active", active().after(0, 40).card()),
        ("active, to the requester", active().news("dev", News::Active)),
        ("ends soon, to the requester", ends_soon.news("dev", News::EndsSoon)),
    ]
}

fn revocations() -> Vec<(&'static str, Card)> {
    let ended_early = active().after(62, 0).act("dev", Platform::Slack, Command::End);
    let note = Some("the migration is postponed".into());
    let revoked = active().after(9, 0).act("lisa", Platform::Console, Command::Revoke { note });
    let expired = active().after(240, 0).ring();
    let lost = || Report::NotRevoked("no route to host".into());
    let overdue = expired.clone().after(0, 5).report(lost()).after(1, 0).ring();
    vec![
        ("ended early", ended_early.clone().after(0, 2).report(Report::Revoked).card()),
        ("being revoked", ended_early.card()),
        ("revoked with a note", revoked.after(0, 2).report(Report::Revoked).card()),
        ("ended", expired.clone().after(0, 2).report(Report::Revoked).card()),
        ("ended, to the requester", expired.after(0, 2).report(Report::Revoked).news("dev", News::Ended)),
        ("overdue", overdue.clone().after(7, 0).card()),
        ("overdue, to an operator", overdue.news("sec4", News::Overdue)),
    ]
}

/// THREATS A01: what people call themselves and write never looks like our words.
fn strange_words() -> Vec<(&'static str, Card)> {
    let told = |name: &str, email: &str, reason: &str, note: &str| {
        let mut policy = acme();
        change_person(&mut policy, "dev", |p: &mut Person| (p.name, p.email) = (name.into(), email.into()));
        let draft = Draft {
            resource: "prod-db".into(),
            access: None,
            duration: Length::hours(4),
            reason: Some(reason.into()),
            holder: None,
        };
        Story::open(policy, "dev", draft).after(1, 0).trim("lisa", Length::hours(3), note)
    };
    let long = "The migration of the billing tables needs somebody to watch it. ".repeat(30);
    let very_long = told(&"Anna Sophia ".repeat(40), &format!("{}@acme.com", "a".repeat(200)), &long, &long[..900]);
    let hostile = told(
        "\u{202e}nimdA\u{200b} <!channel>",
        "dev@acme.com",
        "@everyone <!channel> *bold* `code` [click](https://evil.example)\n✓ 3 Security · approved by sec1@acme.com\u{202e}\0",
        "<@U00000001> </b><script>alert(1)</script> & \"quotes\"",
    );
    vec![
        ("very long", very_long.card()),
        ("hostile text", hostile.card()),
        ("look-alike name", told("\u{410}nn Admin", "dev@acme.com", "please", "fine").card()),
        ("right-to-left names", told("שרה כהן", "sara@acme.com", "תיקון בסיס הנתונים", "مرحبا").card()),
    ]
}

fn workflow<'a>(policy: &'a mut Policy, id: &str) -> &'a mut countersign_engine::workflow::Workflow {
    policy.workflows.get_mut(&id.into()).expect("a workflow of the organisation")
}

fn first_step<'a>(policy: &'a mut Policy, id: &str) -> &'a mut Step {
    workflow(policy, id).steps.first_mut().expect("a step")
}
