//! Fourteen faults on every platform, each twice: while the card is posted, and while it is voted on. Whatever goes wrong,
//! votes are exact, every copy of the card comes to tell the truth within a minute of the platform working again, and no
//! rule of the platform is broken.

use crate::office::Office;
use countersign_engine::person::Platform;
use countersign_kit::{DEV, LISA, MANAGER, SEC1, SEC2, SEC3, SEC4, stage::Fault};

/// Asks, is approved by four people, has access; trouble comes at the third beat of it, or not.
async fn play(platform: Platform, fault: Fault, while_posting: bool) {
    let mut office = Office::on(platform).await;
    let said = format!("{platform}, {fault:?}, {}", if while_posting { "while posting" } else { "while voting" });
    println!("{said}");
    if while_posting {
        office.stage().fail(fault);
    }
    ask(&office).await;
    office.w.settle().await;
    recover(&mut office, fault, while_posting).await;
    // Who was not heard asks again once the platform works.
    ask(&office).await;
    office.w.settle().await;
    assert!(office.stage().in_place().is_some_and(|card| card.contains("billing migration")), "{said}: no card");
    if !while_posting {
        office.stage().fail(fault);
    }
    for who in [LISA, MANAGER, SEC1, SEC2] {
        vote(&mut office, who, fault).await;
    }
    recover(&mut office, fault, true).await;
    let list = office.w.api("dev").get("/api/v1/requests?mine=1").await;
    let request = &list.json["items"][0];
    assert_eq!(list.json["items"].as_array().map(Vec::len), Some(1), "{said}: {}", list.text);
    assert_eq!(
        (request["state"].as_str(), request["grant"]["state"].as_str()),
        (Some("approved"), Some("active")),
        "{said}"
    );
    let whole = office.w.api("dev").get(&format!("/api/v1/requests/{}", request["short_id"].as_str().unwrap())).await;
    let votes: usize =
        whole.json["steps"].as_array().unwrap().iter().map(|step| step["votes"].as_array().unwrap().len()).sum();
    assert_eq!(votes, 4, "{said}: {}", whole.text);
    let card = office.stage().in_place().unwrap_or_default();
    assert!(card.contains("active"), "{said}: the card does not tell the truth: {card}");
    for who in [LISA, MANAGER, SEC1, SEC2, SEC3, SEC4] {
        let newest =
            office.stage().read_by(who).into_iter().rev().find(|words| words.contains("step 1")).unwrap_or_default();
        assert!(newest.is_empty() || newest.contains("active"), "{said}: {who} still reads: {newest}");
    }
    assert_eq!(office.stage().complaints(), Vec::<String>::new(), "{said}");
}

/// The person types it again when they are told nothing, as people do; a repetition points to the request.
async fn ask(office: &Office) {
    for _ in 0..3 {
        let list = office.w.api("dev").get("/api/v1/requests?mine=1").await;
        if list.json["items"].as_array().is_some_and(|items| !items.is_empty()) {
            return;
        }
        let told = office.stage().types(DEV, "prod-db 4h billing migration").await;
        if told.contains("req-") {
            return;
        }
        office.w.settle().await;
    }
}

/// The person presses again while their vote is not on record, as people do.
async fn vote(office: &mut Office, who: usize, fault: Fault) {
    let before = votes(office).await;
    let mut told = Vec::new();
    for _ in 0..4 {
        told.push(office.stage().presses(who, "Approve").await);
        office.w.settle().await;
        if votes(office).await > before {
            office.minutes(1).await;
            return;
        }
        recover(office, fault, true).await;
    }
    panic!("{fault:?}: the vote of {who} was never taken, told {told:?}: {:#?}", office.stage().read_by(who));
}

async fn votes(office: &Office) -> usize {
    let list = office.w.api("manager").get("/api/v1/requests").await;
    let items = list.json["items"].as_array().cloned().unwrap_or_default();
    let Some(id) = items.first().and_then(|r| r["short_id"].as_str()) else { return 0 };
    let whole = office.w.api("manager").get(&format!("/api/v1/requests/{id}")).await;
    let steps = whole.json["steps"].as_array().cloned().unwrap_or_default();
    steps.iter().map(|step| step["votes"].as_array().map_or(0, Vec::len)).sum()
}

/// The trouble lasts two minutes, then the platform works again; what it broke has a minute to come right.
async fn recover(office: &mut Office, fault: Fault, failed: bool) {
    if !failed {
        return;
    }
    office.minutes(2).await;
    office.stage().mend();
    if fault == Fault::Revoked {
        office.restart();
    }
    office.minutes(1).await;
}

/// Two tests a platform, so that they run side by side.
macro_rules! faults_on {
    ($($name:ident: $platform:ident),*) => {$(
        mod $name {
            use super::{Fault, Platform, play};

            #[tokio::test]
            async fn abuse_e12_faults_while_posting() {
                for fault in Fault::ALL {
                    play(Platform::$platform, fault, true).await;
                }
            }

            #[tokio::test]
            async fn abuse_e12_faults_while_voting() {
                for fault in Fault::ALL {
                    play(Platform::$platform, fault, false).await;
                }
            }
        }
    )*};
}

faults_on!(slack: Slack, discord: Discord, telegram: Telegram, teams: Teams);

/// E-mail has no commands and no copies that change: asked at the API, and every vote is given on a mail's confirm page.
mod email {
    use super::{Fault, Office, recover};
    use countersign_kit::{DEV, LISA, MANAGER, PEOPLE, SEC1, SEC2};

    #[tokio::test]
    async fn abuse_e12_faults_while_posting() {
        for fault in Fault::ALL {
            play(fault, 0).await;
        }
    }

    #[tokio::test]
    async fn abuse_e12_faults_while_voting() {
        for fault in Fault::ALL {
            play(fault, 2).await;
        }
    }

    /// Trouble begins after so many votes.
    async fn play(fault: Fault, after: usize) {
        let mut office = Office::by_mail().await;
        if after == 0 {
            office.stage().fail(fault);
        }
        let id = office.w.api("dev").request("prod-db", "4h").await.id();
        office.w.settle().await;
        recover(&mut office, fault, after == 0).await;
        for (votes, who) in [LISA, MANAGER, SEC1, SEC2].into_iter().enumerate() {
            if votes == after && after > 0 {
                office.stage().fail(fault);
            }
            match office.stage().read_by(who).is_empty() {
                // A mailbox that refused us is not tried again: its owner finds the request on the console.
                true => drop(office.w.api(PEOPLE[who - 1]).approve(&id).await),
                false => drop(office.stage().presses(who, "Approve").await),
            }
            office.w.settle().await;
            recover(&mut office, fault, votes == after && after > 0).await;
        }
        let request = office.w.api("dev").get(&format!("/api/v1/requests/{id}")).await;
        assert_eq!((request.state(), request.grant()), ("approved", "active"), "{fault:?}: {}", request.text);
        let steps = request.json["steps"].as_array().unwrap().iter();
        assert_eq!(steps.map(|step| step["votes"].as_array().unwrap().len()).sum::<usize>(), 4, "{fault:?}");
        let heard = office.stage().read_by(DEV);
        assert!(heard.iter().any(|mail| mail.contains("active until")), "{fault:?}: {heard:#?}");
        assert_eq!(office.stage().complaints(), Vec::<String>::new(), "{fault:?}");
    }
}

/// THREATS B14: a card that was posted, and whose posting nobody heard of, may be there twice; both tell the truth in the end.
#[tokio::test]
async fn abuse_b14_a_card_whose_posting_was_not_heard_of_converges() {
    for platform in [Platform::Slack, Platform::Discord, Platform::Telegram, Platform::Teams] {
        play(platform, Fault::LostAfter, true).await;
    }
}
