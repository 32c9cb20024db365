//! The sentences, to be read; and what holds for all of them.

use countersign_engine::{
    command::Command,
    id::ShortId,
    person::Platform,
    refusal::Refusal,
    request::Decision,
    time::Length,
    words::{clean, help, outside, refusal, scope, sentence, standing, step},
};
use countersign_kit::{Story, change_person, moment};
use proptest::prelude::*;

fn refusals() -> Vec<Refusal> {
    let at = moment(10, 42);
    let names = |names: &[&str]| names.iter().map(|n| n.to_string()).collect::<Vec<_>>();
    vec![
        Refusal::NotLinked,
        Refusal::Deactivated,
        Refusal::NotFound { wanted: "req-zzzz".into() },
        Refusal::UnknownResource { wanted: "prod-bd".into(), nearest: names(&["prod-db", "prod-web"]) },
        Refusal::UnknownResource { wanted: "zzzz".into(), nearest: vec![] },
        Refusal::UnknownResource { wanted: String::new(), nearest: names(&["grafana", "prod-db"]) },
        Refusal::UnknownResource { wanted: String::new(), nearest: vec![] },
        Refusal::UnknownAccess { wanted: "admin".into(), offered: vec!["read-only".into(), "read-write".into()] },
        Refusal::UnknownWord { wanted: "stauts".into(), nearest: names(&["status"]) },
        Refusal::UnknownWord { wanted: "fixing".into(), nearest: vec![] },
        Refusal::BadDuration { wanted: "4x".into() },
        Refusal::BadDuration { wanted: String::new() },
        Refusal::DurationTooLong { cap: Length::hours(8) },
        Refusal::ReasonRequired,
        Refusal::TextTooLong { field: "reason", cap: 2_000 },
        Refusal::NoteRequired,
        Refusal::NoWorkflow,
        Refusal::Unsatisfiable { step: "Security".into(), needed: 2, available: 1 },
        Refusal::TooManyOpen { cap: 5 },
        Refusal::AlreadyOpen { request: ShortId::new("req-84a2"), held: true },
        Refusal::AlreadyOpen { request: ShortId::new("req-84a2"), held: false },
        Refusal::NotForOthers,
        Refusal::OwnRequest,
        Refusal::NotAnApprover { step: "Team lead".into(), who_can: vec!["lisa".into(), "manager".into()] },
        Refusal::NotAnApprover { step: "Team lead".into(), who_can: vec![] },
        Refusal::NotAnApprover {
            step: "All".into(),
            who_can: (0..50).map(|n| format!("p{n}").as_str().into()).collect(),
        },
        Refusal::AlreadyVoted { decision: Decision::Approve, at },
        Refusal::AlreadyDecided { state: "approved", by: Some("ann".into()), at },
        Refusal::AlreadyDecided { state: "cancelled", by: None, at },
        Refusal::TimedOut { at },
        Refusal::StaleStep,
        Refusal::ApprovalLapsed { step: "Manager".into() },
        Refusal::CannotWiden { field: "duration" },
        Refusal::NotAllowed { who_may: "the requester" },
        Refusal::WrongState { verb: "end", state: "timed_out" },
        Refusal::KeyReused,
    ]
}

/// rule 44: what was wrong and what would work.
#[test]
fn refusals_read_well() {
    let all: Vec<String> = refusals().iter().map(|r| format!("{:<18} {}", r.code(), refusal(r))).collect();
    insta::assert_snapshot!(all.join("\n"));
}

/// No refusal falls through to its bare code.
#[test]
fn every_refusal_is_a_sentence() {
    for r in refusals() {
        let said = refusal(&r);
        assert!(said.len() > 20 && said.contains(' '), "{}: {said}", r.code());
        assert_ne!(said, r.code().replace('_', " "));
    }
}

#[test]
fn help_lists_every_subcommand() {
    for word in countersign_engine::ask::SUBCOMMANDS {
        assert!(help().contains(&format!("/access {word}")), "{word}");
    }
}

fn asked() -> Story {
    Story::ask("dev", "prod-db 4h billing migration")
}

/// rule 27: nobody's silence is a person's no.
#[test]
fn timed_out_is_not_denied() {
    let silent = asked().after(30, 0).ring().view(None);
    assert_eq!(standing(&silent), "timed out");
    assert_eq!(sentence(&silent), "Denied automatically: no decision within 30 min at step 1 (Team lead).");
    let denied = asked().after(4, 0).deny("lisa", "not now").view(None);
    assert_eq!(standing(&denied), "denied");
    assert_eq!(sentence(&denied), "Denied by lisa@acme.com at step 1 (Team lead), 10:04 UTC. \"not now\"");
}

/// rule 20: later approvers see what is left before they vote, and whose doing it was.
#[test]
fn a_trim_is_said() {
    let trimmed =
        asked().trim("lisa", Length::hours(2), "enough").approve("manager").trim("sec1", Length::hours(1), "");
    assert_eq!(scope(&trimmed.view(None)), "read-write, 4h, trimmed to 1h by lisa@acme.com and sec1@acme.com");
}

/// rule 13: the requester is told why nothing moves.
#[test]
fn a_blocked_chain_says_what_it_lacks() {
    let blocked = asked().approve("lisa").reform(|policy| {
        for id in ["manager", "deputy"] {
            change_person(policy, id, |p| p.active = false);
        }
    });
    let said = sentence(&blocked.view(None));
    let expected = "Blocked: step 2 (Manager) needs 1 more approval, and nobody is left who can give it. \
                    Open until 10:30 UTC.";
    assert_eq!(said, expected);
}

/// rule 30: who is asked, how many can, and until when.
#[test]
fn the_open_step_says_who_is_asked() {
    let words = step(&asked().after(2, 0).view(None), 0).expect("a step");
    assert_eq!(words.status, "waiting · notified via Slack, e-mail");
    assert_eq!((words.rule.as_str(), words.count.as_str()), ("level >= team-lead", "0 of 1 (3 can)"));
    assert_eq!(words.left, "28m left");
    assert_eq!(step(&asked().view(None), 3), None);
}

/// What the requester took back is nobody's no.
#[test]
fn withdrawing_is_said_as_such() {
    let back = asked().after(1, 0).act("dev", Platform::Slack, Command::Cancel).view(None);
    assert_eq!(sentence(&back), "Taken back by dev@acme.com, 10:01 UTC.");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// THREATS A01: whatever people call themselves, cleaning is final and bounded.
    #[test]
    fn abuse_a01_cleaning_is_final(text in any::<String>(), max in 1usize..100) {
        let once = clean(&text);
        prop_assert_eq!(clean(&once), once.clone());
        prop_assert!(!once.chars().any(char::is_control));
        prop_assert!(outside(&text, max).chars().count() <= max + 2);
    }
}
