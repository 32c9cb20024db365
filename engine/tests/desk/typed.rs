//! `/access ...` (rule 29).

use crate::world::{World, labels, said};
use countersign_engine::desk::{Form, Heard, Reply};
use std::sync::atomic::Ordering;

/// rule 30
#[tokio::test]
async fn a_request_is_answered_with_its_card() {
    let w = World::new();
    let reply = w.types("dev", "/access prod-db 4h billing migration").await;
    for word in ["req-0000", "prod-db", "billing migration", "Team lead", "Manager", "Security"] {
        assert!(said(&reply).contains(word), "{word}: {}", said(&reply));
    }
    assert_eq!(labels(&reply), ["Cancel request", "Details"]);
    assert_eq!(w.request().asked.reason.as_deref(), Some("billing migration"));
    assert_eq!(w.request().via.account.unwrap().user, "u1");
}

#[tokio::test]
async fn every_subcommand_answers() {
    let w = World::new();
    assert!(said(&w.types("dev", "list").await).contains("no requests yet"));
    assert_eq!(said(&w.types("dev", "status").await), said(&w.types("dev", "who").await));
    w.types("dev", "prod-db 4h billing").await;
    for (text, words) in [
        ("list", ["Your requests", "req-0000"]),
        ("status", ["Why this chain", "Team lead"]),
        ("status req-0000", ["Why this chain", "Team lead"]),
        ("status REQ-0000", ["Why this chain", "Team lead"]),
        ("who", ["Team lead", "lisa@acme.com"]),
        ("who req-0000", ["Team lead", "lisa@acme.com"]),
        ("explain prod-db 4h", ["sre-prod-db", "Security"]),
        ("help", ["/access list", "/access link"]),
        ("link", ["BCDFGHJK", "access.acme.com/link"]),
    ] {
        let reply = w.types("dev", text).await;
        for word in words {
            assert!(said(&reply).contains(word), "{text}: {}", said(&reply));
        }
    }
    assert_eq!(labels(&w.types("dev", "status").await), ["Cancel request"]);
    assert_eq!(labels(&w.types("lisa", "status req-0000").await), ["Approve with changes…"]);
    assert!(said(&w.types("lisa", "list").await).contains("Waiting for your vote"));
    assert!(said(&w.types("dev", "status req-9999").await).contains("no request"));
}

#[tokio::test]
async fn nothing_typed_opens_the_form_with_what_is_offered() {
    let w = World::new();
    let Reply::Form(form) = w.types("dev", "").await else { panic!("no form") };
    let Form::Request { offers } = *form else { panic!("another form") };
    assert!(offers.iter().any(|offer| offer.resource.as_str() == "prod-db"));
    let empty = World::on(countersign_engine::person::Platform::Slack, |policy| policy.resources.clear());
    assert!(said(&empty.types("dev", "").await).contains("nothing that you could ask for"));
}

#[tokio::test]
async fn cancel_without_an_id_means_the_only_pending_one() {
    let w = World::new();
    assert!(said(&w.types("dev", "cancel").await).contains("no pending request"));
    w.types("dev", "prod-db 4h billing").await;
    w.types("dev", "grafana 1h looking").await;
    let which = said(&w.types("dev", "cancel").await);
    assert!(which.contains("Which one?") && which.contains("req-0000") && which.contains("req-0001"), "{which}");
    assert!(said(&w.types("dev", "cancel req-0001").await).starts_with("req-0001: Taken back by"));
    assert!(said(&w.types("dev", "cancel").await).starts_with("req-0000: Taken back by"));
    assert!(w.engine.requests().iter().all(|request| request.state.key() == "withdrawn"));
}

#[tokio::test]
async fn end_without_an_id_means_the_access_that_is_held() {
    let w = World::new();
    assert!(said(&w.types("dev", "end").await).contains("no access that could be ended"));
    w.types("dev", "grafana 1h looking").await;
    assert!(said(&w.types("dev", "end req-0000").await).contains("nothing to end"));
    w.presses("lisa", countersign_engine::card::Verb::Approve).await;
    let ended = said(&w.types("dev", "end").await);
    assert!(ended.starts_with("req-0000: "), "{ended}");
    assert_eq!(w.request().grant.unwrap().state.key(), "revoking");
}

/// rule 29: 14:00 in Johannesburg is 12:00 UTC, and it is 10:00 UTC now.
#[tokio::test]
async fn until_is_meant_on_the_clock_of_whoever_types() {
    let w = World::new();
    w.types("dev", "prod-db until 14:00").await;
    w.types("lisa", "prod-db until 14:00").await;
    let asked: Vec<_> = w.engine.requests().iter().map(|r| r.asked.duration.seconds() / 3_600).collect();
    assert_eq!(asked, [4, 2]);
}

/// rule 44
#[tokio::test]
async fn bad_input_is_answered_with_what_would_work() {
    let w = World::new();
    for (text, word) in
        [("prod-dbb 4h x", "prod-db"), ("prod-db soon", "4h"), ("prod-db", "4h"), ("prod-db 99h x", "8h")]
    {
        let reply = w.types("dev", text).await;
        assert!(matches!(&reply, Reply::Words(words) if words.contains(word)), "{text}: {reply:?}");
    }
    assert!(said(&w.types("dev", &format!("prod-db 4h {}", "x".repeat(5_000))).await).contains("too long"));
    assert!(w.engine.requests().is_empty());
}

/// THREATS A11: an account that nobody is bound to gets nothing but the way to bind it.
#[tokio::test]
async fn abuse_a11_strangers_learn_how_to_link_and_nothing_else() {
    let w = World::asked().await;
    for text in ["", "prod-db 4h x", "list", "status req-0000", "cancel req-0000", "nonsense"] {
        let reply = said(&w.types("stranger", text).await);
        assert!(reply.contains("/access link") && !reply.contains("prod-db"), "{text}: {reply}");
    }
    assert!(said(&w.types("stranger", "link").await).contains("BCDFGHJK"));
    assert!(said(&w.types("stranger", "help").await).contains("/access list"));
    assert_eq!(w.request().state.key(), "pending");
}

/// THREATS B02: a repetition gets the same answer.
#[tokio::test]
async fn abuse_b02_the_same_delivery_again_changes_nothing() {
    let w = World::new();
    let ask = Heard::Typed("grafana 1h looking".into());
    let first = w.hears_again("dev", "slack:same", ask.clone()).await;
    assert_eq!(w.hears_again("dev", "slack:same", ask.clone()).await, first);
    assert_eq!(w.engine.requests().len(), 1);
    w.hears_again("lisa", "slack:same", Heard::Typed("prod-db 1h".into())).await;
    assert_eq!(w.engine.requests().len(), 2, "another account's delivery is another one");
}

#[tokio::test]
async fn when_the_engine_is_away_nothing_is_recorded_and_it_says_so() {
    let w = World::new();
    w.engine.down.store(true, Ordering::SeqCst);
    for text in ["", "prod-db 4h billing", "list", "status"] {
        assert!(said(&w.types("dev", text).await).contains("Nothing was recorded"), "{text}");
    }
    assert!(said(&w.types("dev", "help").await).contains("/access list"), "help needs no engine");
    w.engine.down.store(false, Ordering::SeqCst);
    w.types("dev", "prod-db 4h billing").await;
    assert_eq!(w.request().state.key(), "pending");
}
