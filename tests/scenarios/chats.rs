//! What every chat can do, one script for each: the main job asked by command and approved on cards, told to everybody; who
//! hears why not; a denial with its note; help with a typing mistake. The platforms are played by the fakes of the test kit;
//! the server is the real one. What only one of them does stands in a file of its name.

use crate::{office::Office, world::World};
use countersign_engine::{person::Platform, time::Length};
use countersign_kit::{DEV, LISA, MANAGER, PEOPLE, SEC1, SEC2, STRANGER, stage::Stage};

/// An office in which dev has asked for the database, and everybody has been told.
async fn asked_on(platform: Platform) -> Office {
    let office = Office::on(platform).await;
    let said = office.stage().types(DEV, "prod-db 4h billing migration").await;
    assert!(said.contains("req-"), "the answer names the request: {said}");
    office.w.settle().await;
    office
}

/// Where dev's request and its grant stand.
async fn standing(w: &World) -> String {
    let list = w.api("dev").get("/api/v1/requests?mine=1").await;
    let item = &list.json["items"][0];
    let word = |state: &serde_json::Value| state.as_str().unwrap_or("none").to_owned();
    format!("{}, {}", word(&item["state"]), word(&item["grant"]["state"]))
}

fn reads(stage: &dyn Stage, who: usize, words: &str) -> bool {
    stage.read_by(who).iter().any(|text| text.contains(words))
}

async fn the_main_job(platform: Platform) {
    let office = asked_on(platform).await;
    let (w, stage) = (&office.w, office.stage());
    assert!(stage.in_place().unwrap().contains("billing migration"));
    for who in [LISA, MANAGER, SEC1, SEC2] {
        let person = PEOPLE[who - 1];
        assert!(reads(stage, who, "billing migration"), "{person} is asked: {:?}", stage.read_by(who));
        stage.presses(who, "Approve").await;
        w.settle().await;
        for card in [stage.in_place().unwrap(), stage.read_by(LISA).join("\n")] {
            assert!(card.contains(&format!("{person}@acme.com")), "every copy shows who voted: {card}");
            assert!(card.contains("approved by lisa"), "{card}");
        }
    }
    assert_eq!(standing(w).await, "approved, active");
    let size = w.store.audit_head().await.unwrap().size;
    for who in 1..=PEOPLE.len() {
        assert_eq!(stage.presses(who, "Approve").await, "", "nothing is left to approve");
    }
    assert_eq!(w.store.audit_head().await.unwrap().size, size);
    assert!(reads(stage, DEV, "active"), "the requester hears: {:?}", stage.read_by(DEV));
    w.advance(Length::hours(4)).await;
    assert_eq!(standing(w).await, "approved, ended");
    assert_eq!(stage.complaints(), Vec::<String>::new());
}

async fn others_hear_privately_why_not(platform: Platform) {
    let office = asked_on(platform).await;
    for (who, words) in [(DEV, "own request"), (SEC1, "lisa"), (STRANGER, "/access link")] {
        let said = office.stage().presses(who, "Approve").await;
        assert!(said.contains(words), "{who}: {said}");
    }
    assert_eq!(office.w.store.audit_head().await.unwrap().size, 1, "only the opening is on record");
    assert_eq!(office.stage().complaints(), Vec::<String>::new());
}

async fn a_denial_with_its_note_reaches_the_requester(platform: Platform) {
    let office = asked_on(platform).await;
    let (w, stage) = (&office.w, office.stage());
    stage.denies(LISA, "not during the freeze").await;
    w.settle().await;
    assert_eq!(standing(w).await, "denied, none");
    assert!(stage.in_place().unwrap().contains("not during the freeze"));
    assert!(reads(stage, DEV, "not during the freeze"), "{:?}", stage.read_by(DEV));
    assert_eq!(stage.complaints(), Vec::<String>::new());
}

async fn a_typing_mistake_is_helped(platform: Platform) {
    let office = Office::on(platform).await;
    let said = office.stage().types(DEV, "prod-bd 4h").await;
    assert!(said.contains("prod-db"), "the nearest name: {said}");
    let said = office.stage().types(DEV, "prod-db 40h").await;
    assert!(said.contains("8h"), "the cap: {said}");
    assert_eq!(office.w.store.audit_head().await.unwrap().size, 0, "and no request");
}

macro_rules! chats {
    ($($name:ident: $platform:ident),*) => {$(
        mod $name {
            use super::Platform;

            #[tokio::test]
            async fn the_main_job() {
                super::the_main_job(Platform::$platform).await;
            }

            /// THREATS A12, rules 11 and 15: being where the card is gives nobody a vote. Whoever presses without being allowed
            /// to hears why, alone, and nothing changes.
            #[tokio::test]
            async fn abuse_a12_others_hear_privately_why_not() {
                super::others_hear_privately_why_not(Platform::$platform).await;
            }

            /// rule 18: the note of a denial is shown on the card, and the requester is told.
            #[tokio::test]
            async fn a_denial_with_its_note_reaches_the_requester() {
                super::a_denial_with_its_note_reaches_the_requester(Platform::$platform).await;
            }

            /// A wrong resource gets the nearest names, too long a time the longest allowed.
            #[tokio::test]
            async fn a_typing_mistake_is_helped() {
                super::a_typing_mistake_is_helped(Platform::$platform).await;
            }
        }
    )*};
}

chats!(slack: Slack, discord: Discord, telegram: Telegram, teams: Teams);
