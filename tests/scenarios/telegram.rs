//! What only Telegram does: a press is answered in a notice above the chat, and only a workflow that says so is decided here.

use crate::office::{Office, peers};
use countersign::upkeep;
use countersign_engine::person::Platform;
use countersign_kit::{DEV, LISA, MANAGER, SEC1, SEC2};

/// Whoever votes is told at once that the vote is on record.
#[tokio::test]
async fn a_vote_is_confirmed() {
    let office = Office::on(Platform::Telegram).await;
    let (w, telegram) = (&office.w, office.stage());
    telegram.types(DEV, "prod-db 4h billing migration").await;
    w.settle().await;
    for who in [LISA, MANAGER, SEC1, SEC2] {
        let said = telegram.presses(who, "Approve").await;
        assert!(said.contains("recorded"), "{who}: {said}");
        w.settle().await;
    }
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
    let said = telegram.types(DEV, "prod-db 4h billing migration").await;
    assert!(said.contains("req-"), "asking is free: {said}");
    w.settle().await;
    let card = telegram.in_place().unwrap();
    assert!(card.contains("Telegram"), "the card says where votes are not taken: {card}");
    for (who, label) in [(LISA, "Approve"), (LISA, "Deny")] {
        assert_eq!(telegram.presses(who, label).await, "", "there is no button \"{label}\"");
    }
    telegram.presses(LISA, "Details").await;
    telegram.presses(LISA, "Approve with changes…").await;
    telegram.presses(LISA, "1h").await;
    assert_eq!(w.store.audit_head().await.unwrap().size, 1, "only the opening is on record");
    let id =
        w.api("dev").get("/api/v1/requests?mine=1").await.json["items"][0]["short_id"].as_str().unwrap().to_owned();
    assert_eq!(w.api("lisa").approve(&id).await.state(), "pending", "elsewhere the vote counts");
    w.settle().await;
    assert!(telegram.in_place().unwrap().contains("approved by lisa@acme.com"), "and Telegram shows it");
}
