//! The main job in Telegram: asked in the group, approved on cards in private chats, told to everybody. Telegram is played by
//! the fake of the test kit; the server is the real one.

use crate::{
    office::{Office, peers},
    world::World,
};
use countersign::upkeep;
use countersign_engine::{person::Platform, time::Length};

async fn grant(w: &World) -> String {
    let list = w.api("dev").get("/api/v1/requests?mine=1").await;
    format!("{} {}", list.json["items"][0]["state"], list.json["items"][0]["grant"]["state"]).replace('"', "")
}

#[tokio::test]
async fn the_main_job_in_telegram() {
    let office = Office::on(Platform::Telegram).await;
    let (w, telegram) = (&office.w, office.stage());
    let said = telegram.types(1, "prod-db 4h billing migration").await;
    assert!(said.contains("req-"), "the answer names the request: {said}");
    w.settle().await;
    assert!(telegram.in_place().unwrap().contains("billing migration"));
    for (who, person) in [(2, "lisa"), (3, "manager"), (5, "sec1"), (6, "sec2")] {
        assert!(telegram.read_by(who).iter().any(|card| card.contains("billing migration")), "{person} is asked");
        let said = telegram.presses(who, "Approve").await;
        assert!(said.contains("recorded"), "{person}: {said}");
        w.settle().await;
        let card = telegram.in_place().unwrap();
        assert!(card.contains(&format!("{person}@acme.com")), "the group sees it: {card}");
    }
    assert_eq!(grant(w).await, "approved active");
    assert_eq!(telegram.presses(7, "Approve").await, "", "nothing is left to approve");
    assert!(telegram.read_by(1).iter().any(|told| told.contains("active")), "{:?}", telegram.read_by(1));
    w.advance(Length::hours(4)).await;
    assert_eq!(grant(w).await, "approved ended");
    assert_eq!(telegram.complaints(), Vec::<String>::new());
}

/// rules 11, 15 and 18: whoever may not vote hears why, alone; a note is asked for in private.
#[tokio::test]
async fn others_hear_privately_why_not_and_a_deny_has_its_note() {
    let office = Office::on(Platform::Telegram).await;
    let (w, telegram) = (&office.w, office.stage());
    telegram.types(1, "prod-db 4h billing migration").await;
    w.settle().await;
    assert!(telegram.presses(1, "Approve").await.contains("own request"));
    assert!(telegram.presses(5, "Approve").await.contains("lisa"), "it says who can");
    assert_eq!(w.store.audit_head().await.unwrap().size, 1, "only the opening is on record");
    telegram.denies(2, "not during the freeze").await;
    w.settle().await;
    assert!(telegram.in_place().unwrap().contains("not during the freeze"));
    assert!(grant(w).await.starts_with("denied"));
    assert_eq!(telegram.complaints(), Vec::<String>::new());
}

/// A wrong resource gets the nearest names, and no request.
#[tokio::test]
async fn a_typing_mistake_is_helped() {
    let office = Office::on(Platform::Telegram).await;
    let telegram = office.stage();
    assert!(telegram.types(1, "prod-bd 4h").await.contains("prod-db"));
    assert!(telegram.types(1, "prod-db 40h").await.contains("8h"));
    assert_eq!(office.w.store.audit_head().await.unwrap().size, 0);
}

/// THREATS D12: a workflow that does not say that Telegram may decide takes no vote from there. The card says so in place
/// of the buttons, and a button of an older card, or a forged one, is refused.
#[tokio::test]
async fn abuse_d12_only_a_workflow_that_says_so_is_decided_here() {
    let office = Office::on(Platform::Telegram).await;
    let (w, telegram) = (&office.w, office.stage());
    let mut policy = peers(&[Platform::Telegram]);
    policy.workflows.values_mut().for_each(|workflow| workflow.telegram_may_decide = false);
    upkeep::reload(&w.app.web.service, policy).await.unwrap();
    let said = telegram.types(1, "prod-db 4h billing migration").await;
    assert!(said.contains("req-"), "asking is free: {said}");
    w.settle().await;
    let card = telegram.in_place().unwrap();
    assert!(card.contains("Telegram"), "the card says where votes are not taken: {card}");
    for (who, label) in [(2, "Approve"), (2, "Deny")] {
        assert_eq!(telegram.presses(who, label).await, "", "there is no button \"{label}\"");
    }
    telegram.presses(2, "Details").await;
    telegram.presses(2, "Approve with changes…").await;
    telegram.presses(2, "1h").await;
    assert_eq!(w.store.audit_head().await.unwrap().size, 1, "only the opening is on record");
    let id =
        w.api("dev").get("/api/v1/requests?mine=1").await.json["items"][0]["short_id"].as_str().unwrap().to_owned();
    assert_eq!(w.api("lisa").approve(&id).await.state(), "pending", "elsewhere the vote counts");
    w.settle().await;
    assert!(telegram.in_place().unwrap().contains("approved by lisa@acme.com"), "and Telegram shows it");
}
