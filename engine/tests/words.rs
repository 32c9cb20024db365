//! The sentences, to be read; and what holds for all of them.

use countersign_engine::{
    id::ShortId,
    refusal::Refusal,
    request::Decision,
    time::Length,
    words::{clean, help, outside, refusal},
};
use countersign_kit::moment;
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
