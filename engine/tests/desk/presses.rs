//! Buttons.

use crate::world::{World, labels, said};
use countersign_engine::{
    card::{Token, Verb},
    desk::{Form, Heard, Reply},
    id::RequestId,
    person::Platform,
    request::Decision,
    time::Length,
};
use countersign_kit::PEOPLE;
use std::sync::atomic::Ordering;

#[tokio::test]
async fn approve_counts_and_shows_the_shared_card() {
    let w = World::asked().await;
    let Reply::Voted { words, card } = w.presses("lisa", Verb::Approve).await else { panic!("no vote") };
    assert!(words.starts_with("Your vote is recorded. req-0000:"), "{words}");
    let shown: Vec<_> = card.buttons.iter().map(|button| button.label.as_str()).collect();
    assert_eq!(shown, ["Approve", "Deny", "Details"]);
    assert_eq!(w.request().votes[0].decision, Decision::Approve);
}

/// What is refused is said all the same, and a vote that is sent by a form counts like a press.
#[tokio::test]
async fn a_quiet_desk_records_the_vote_and_says_only_refusals() {
    let w = World::asked().await.quiet();
    assert_eq!(w.presses("lisa", Verb::Approve).await, Reply::Recorded);
    assert_eq!(w.request().votes[0].decision, Decision::Approve);
    let Reply::Words(words) = w.presses("dev", Verb::Approve).await else { panic!("the requester voted") };
    assert!(!words.is_empty());
    assert_eq!(w.request().votes.len(), 1);
}

/// rules 17 and 18: the press alone denies nothing.
#[tokio::test]
async fn deny_asks_for_a_note() {
    let w = World::asked().await;
    let Reply::Form(form) = w.presses("lisa", Verb::Deny).await else { panic!("no form") };
    let Form::Deny { token, about, needs_note } = *form else { panic!("another form") };
    assert!(token == w.token(Verb::Deny) && about.contains("req-0000") && !needs_note, "{about}");
    assert!(w.request().votes.is_empty());
    let strict = World::on(Platform::Slack, |policy| {
        policy.workflows.values_mut().flat_map(|workflow| &mut workflow.steps).for_each(|step| step.deny_note = true);
    });
    strict.types("dev", "grafana 1h").await;
    let Reply::Form(form) = strict.presses("lisa", Verb::Deny).await else { panic!("no form") };
    assert!(matches!(*form, Form::Deny { needs_note: true, .. }));
}

/// rule 20
#[tokio::test]
async fn approve_with_changes_offers_less() {
    let w = World::asked().await;
    let Reply::Form(form) = w.presses("lisa", Verb::Trim).await else { panic!("no form") };
    let Form::Trim { duration, present, lower, .. } = *form else { panic!("another form") };
    assert_eq!((duration, present.unwrap().as_str()), (Length::hours(4), "read-write"));
    assert_eq!(lower.iter().map(|level| level.as_str()).collect::<Vec<_>>(), ["read-only"]);
}

#[tokio::test]
async fn details_show_everything_and_what_the_reader_may_do() {
    let w = World::asked().await;
    for (who, may) in [("dev", vec!["Cancel request"]), ("lisa", vec!["Approve with changes…"]), ("sec1", vec![])] {
        let reply = w.presses(who, Verb::Details).await;
        for word in ["billing migration", "Why this chain:", "sre-prod-db"] {
            assert!(said(&reply).contains(word), "{who}: {}", said(&reply));
        }
        assert_eq!(labels(&reply), may, "{who}");
    }
    let long = World::new();
    long.types("dev", &format!("prod-db 4h {}", "because ".repeat(200))).await;
    let Reply::Card { below, .. } = long.presses("dev", Verb::Details).await else { panic!("no card") };
    assert!(below[0].starts_with("Reason in full: because") && below[0].len() > 1_500);
}

#[tokio::test]
async fn cancel_start_and_end_say_what_came_of_it() {
    let w = World::asked().await;
    let refused = said(&w.presses("lisa", Verb::Cancel).await);
    assert!(refused.contains("Only the requester"), "{refused}");
    assert!(said(&w.presses("dev", Verb::Start).await).contains("nothing to start"));
    assert!(said(&w.presses("dev", Verb::End).await).contains("nothing to end"));
    assert!(said(&w.presses("dev", Verb::Cancel).await).starts_with("req-0000: Taken back by"));

    let w = World::on(Platform::Slack, |policy| {
        policy.workflows.values_mut().for_each(|workflow| workflow.limits.activate_within = Some(Length::hours(1)));
    });
    w.types("dev", "grafana 1h looking").await;
    w.presses("lisa", Verb::Approve).await;
    assert_eq!(labels(&w.presses("dev", Verb::Details).await), ["Start access", "Cancel access"]);
    let started = said(&w.presses("dev", Verb::Start).await);
    assert!(started.starts_with("req-0000: "), "{started}");
    assert_eq!(w.request().grant.unwrap().state.key(), "granting");
    assert!(said(&w.presses("dev", Verb::End).await).starts_with("req-0000: "));
    assert_eq!(w.request().grant.unwrap().state.key(), "revoking");
}

/// rules 11 and 15
#[tokio::test]
async fn who_may_not_vote_hears_why_and_gets_no_form() {
    let w = World::asked().await;
    for verb in [Verb::Approve, Verb::Deny, Verb::Trim] {
        for (who, word) in [("dev", "your own request"), ("sec1", "lisa")] {
            let reply = w.presses(who, verb).await;
            assert!(matches!(&reply, Reply::Words(words) if words.contains(word)), "{who}: {reply:?}");
        }
    }
    assert!(w.request().votes.is_empty());
}

/// rule 21
#[tokio::test]
async fn a_stale_button_is_told_what_happened() {
    let w = World::asked().await;
    let stale = Heard::Pressed(w.token(Verb::Approve).to_string());
    w.presses("lisa", Verb::Approve).await;
    assert!(said(&w.hears("manager", stale.clone()).await).contains("Another step is open"));
    w.types("dev", "cancel").await;
    let late = said(&w.hears("manager", stale).await);
    assert!(late.contains("withdrawn by dev"), "{late}");
    assert_eq!(w.request().votes.len(), 1);
}

/// THREATS B03
#[tokio::test]
async fn abuse_b03_forged_tokens_are_refused() {
    let w = World::asked().await;
    let calls = w.engine.calls();
    let long = "approve:".repeat(300);
    for text in
        ["", "approve", "approve:", "root:01J:0", "approve:01J:0:1", "approve:01J:-1", "approve:<!channel>", &long]
    {
        let reply = said(&w.hears("lisa", Heard::Pressed(text.into())).await);
        assert!(reply.contains("Nothing was recorded"), "{text}: {reply}");
    }
    assert_eq!(w.engine.calls(), calls, "the engine is not even asked");
    for verb in [Verb::Approve, Verb::Deny, Verb::Trim, Verb::Details, Verb::Cancel, Verb::Start, Verb::End] {
        let nowhere = Token { verb, request: RequestId::new("01JNDEM0000000000000009999"), step: Some(0) };
        let reply = w.hears("lisa", Heard::Pressed(nowhere.to_string())).await;
        // Who may not see a request hears who can vote from the deny itself, so its form opens (rule 15).
        let form =
            matches!(&reply, Reply::Form(form) if matches!(**form, Form::Deny { ref about, .. } if about.is_empty()));
        assert!(form == (verb == Verb::Deny) && (form || said(&reply).contains("no request")), "{reply:?}");
    }
    assert!(w.request().votes.is_empty());
}

/// THREATS A11
#[tokio::test]
async fn abuse_a11_strangers_press_in_vain() {
    let w = World::asked().await;
    for verb in [Verb::Approve, Verb::Deny, Verb::Trim, Verb::Details, Verb::Cancel, Verb::Start, Verb::End] {
        let reply = said(&w.presses("stranger", verb).await);
        assert!(reply.contains("/access link") && !reply.contains("prod-db"), "{verb:?}: {reply}");
    }
    assert_eq!((w.request().votes.len(), w.request().state.key()), (0, "pending"));
}

/// THREATS B02
#[tokio::test]
async fn abuse_b02_a_press_that_comes_again_is_one_vote() {
    let w = World::asked().await;
    let press = Heard::Pressed(w.token(Verb::Approve).to_string());
    let first = w.hears_again("lisa", "slack:same", press.clone()).await;
    for _ in 0..3 {
        assert_eq!(w.hears_again("lisa", "slack:same", press.clone()).await, first);
    }
    assert_eq!(w.request().votes.len(), 1);
}

#[tokio::test]
async fn an_engine_that_is_away_is_said() {
    let w = World::asked().await;
    let tokens = [Verb::Approve, Verb::Deny, Verb::Details, Verb::Cancel].map(|verb| w.token(verb).to_string());
    w.engine.down.store(true, Ordering::SeqCst);
    for token in tokens {
        assert!(said(&w.hears("lisa", Heard::Pressed(token)).await).contains("Nothing was recorded"));
    }
    assert!(w.request().votes.is_empty());
}

/// Where a chat takes no votes on a request, its cards offer none and say so.
#[tokio::test]
async fn where_votes_are_not_taken_nothing_offers_one() {
    let strict = |policy: &mut countersign_engine::policy::Policy| {
        policy.workflows.values_mut().for_each(|workflow| workflow.telegram_may_decide = false);
    };
    let w = World::on(Platform::Telegram, strict);
    w.types("dev", "prod-db 4h billing").await;
    let details = w.presses("lisa", Verb::Details).await;
    assert!(labels(&details).is_empty() && said(&details).contains("not taken in Telegram"), "{}", said(&details));
    assert_eq!(labels(&w.presses("dev", Verb::Details).await), ["Cancel request"]);
    for who in PEOPLE {
        assert!(!matches!(w.presses(who, Verb::Approve).await, Reply::Voted { .. }), "{who}");
    }
    assert!(said(&w.presses("lisa", Verb::Approve).await).contains("not taken in Telegram"));
}
