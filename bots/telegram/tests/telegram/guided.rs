//! `/access` alone: one question after the other.

use crate::world::{DEV, LISA, World, settings, telegram_engine};
use countersign_kit::telegram::{GROUP, Message};
use std::sync::Arc;

/// The labels of a message as it is now.
fn labels(w: &World, message: &Message) -> Vec<String> {
    w.telegram.seen(message).buttons()
}

#[tokio::test]
async fn from_the_catalogue_to_a_request() {
    let w = World::new().await;
    w.telegram.command(DEV, GROUP, "").await;
    let question = w.new_to(DEV);
    assert!(labels(&w, &question).contains(&"prod-db".to_owned()));
    w.telegram.press(DEV, "prod-db", &question).await;
    assert_eq!(labels(&w, &question), ["read-only", "read-write (usual)", "‹ Back", "Never mind"]);
    w.telegram.press(DEV, "read-write (usual)", &question).await;
    let offered = labels(&w, &question);
    assert!(offered.contains(&"8h".to_owned()) && !offered.contains(&"12h".to_owned()), "{offered:?}");
    w.telegram.press(DEV, "4h", &question).await;
    w.telegram.press(DEV, "Write a reason…", &question).await;
    let prompt = w.new_to(DEV);
    assert!(prompt.is_prompt() && prompt.words().contains("prod-db (read-write), 4h"), "{}", prompt.words());
    assert!(w.engine.requests().is_empty());
    w.telegram.reply(DEV, &prompt, "billing migration").await;
    assert!(w.told(DEV).contains("req-0000"));
    let asked = w.engine.only().asked;
    assert_eq!((asked.access.as_str(), asked.duration.seconds()), ("read-write", 14_400));
    assert_eq!(asked.reason.as_deref(), Some("billing migration"));
}

#[tokio::test]
async fn without_levels_and_without_a_reason() {
    let w = World::new().await;
    w.telegram.command(DEV, DEV, "").await;
    let question = w.new_to(DEV);
    for label in ["vpn-office", "‹ Back", "grafana", "30m", "Ask without a reason"] {
        w.telegram.press(DEV, label, &question).await;
    }
    assert!(w.telegram.seen(&question).words().contains("req-0000"), "the answer takes the question's place");
    let asked = w.engine.only().asked;
    assert_eq!((asked.resource.as_str(), asked.duration.seconds(), asked.reason), ("grafana", 1_800, None));
}

#[tokio::test]
async fn never_mind_asks_for_nothing() {
    let w = World::new().await;
    w.telegram.command(DEV, DEV, "").await;
    let question = w.new_to(DEV);
    w.telegram.press(DEV, "Never mind", &question).await;
    let now = w.telegram.seen(&question);
    assert!(now.words().contains("Nothing was asked for") && now.buttons().is_empty());
    assert!(w.engine.requests().is_empty());
}

/// rules 29 and 44: a length can be typed; what is wrong with it is said, and asked again.
#[tokio::test]
async fn another_length_is_typed() {
    let w = World::new().await;
    w.telegram.command(DEV, DEV, "").await;
    let question = w.new_to(DEV);
    w.telegram.press(DEV, "grafana", &question).await;
    w.telegram.press(DEV, "Another length…", &question).await;
    let prompt = w.new_to(DEV);
    w.telegram.reply(DEV, &prompt, "soon").await;
    let again = w.new_to(DEV);
    assert!(again.is_prompt() && again.words().contains("4h"), "{}", again.words());
    w.telegram.reply(DEV, &again, "until 12:00").await;
    let question = w.new_to(DEV);
    assert!(question.words().contains("2h"), "{}", question.words());
    w.telegram.press(DEV, "Ask without a reason", &question).await;
    assert_eq!(w.engine.only().asked.duration.seconds(), 7_200);
}

#[tokio::test]
async fn too_long_is_refused_where_it_is_asked() {
    let w = World::new().await;
    w.telegram.command(DEV, DEV, "").await;
    let question = w.new_to(DEV);
    w.telegram.press(DEV, "grafana", &question).await;
    w.telegram.press(DEV, "Another length…", &question).await;
    w.telegram.reply(DEV, &w.new_to(DEV), "99h").await;
    let question = w.new_to(DEV);
    let answer = w.telegram.press(DEV, "Ask without a reason", &question).await;
    assert!(answer.alert && answer.text.contains("8h"), "{answer:?}");
    assert!(w.engine.requests().is_empty());
}

/// Where somebody stands is in the buttons: nothing is lost when the bot starts again.
#[tokio::test]
async fn a_restart_loses_nothing() {
    let w = World::new().await;
    w.telegram.command(DEV, DEV, "").await;
    let question = w.new_to(DEV);
    w.telegram.press(DEV, "grafana", &question).await;
    w.telegram.press(DEV, "1h", &question).await;
    w.telegram.press(DEV, "Write a reason…", &question).await;
    let prompt = w.new_to(DEV);
    w.stop.send(()).unwrap();
    assert_eq!(w.running.await.unwrap(), Ok(()));
    let w = World::of(&w.telegram, settings(&w.telegram), Arc::new(telegram_engine()));
    w.telegram.reply(DEV, &prompt, "looking").await;
    assert_eq!(w.engine.only().asked.reason.as_deref(), Some("looking"));
}

/// THREATS B04: another person's keys, and our keys in a group.
#[tokio::test]
async fn abuse_b04_only_who_began_goes_on() {
    let w = World::new().await;
    w.telegram.command(DEV, DEV, "").await;
    let question = w.new_to(DEV);
    let data = question.keys().next().unwrap()["callback_data"].as_str().unwrap().to_owned();
    let answer = w.telegram.press_data(LISA, &data, w.telegram.raw(&question)).await;
    assert!(answer.alert && answer.text.contains("Nothing was recorded"), "{answer:?}");
    let card = w.asked().await;
    let answer = w.telegram.press_data(LISA, &data, w.telegram.raw(&card)).await;
    assert!(answer.alert && answer.text.contains("Only who began this"), "{answer:?}");
    assert_eq!(labels(&w, &question), question.buttons(), "nothing moved");
}

/// THREATS B03: what the buttons carry is looked up in the catalogue of whoever presses.
#[tokio::test]
async fn abuse_b03_forged_choices_lead_nowhere() {
    let w = World::new().await;
    w.telegram.command(DEV, DEV, "").await;
    let question = w.new_to(DEV);
    for data in ["a:r:0000000000000000", "a:s:0000000000000000:0:3600", "a:d:0000000000000000:abcdef:9"] {
        w.telegram.press_data(DEV, data, w.telegram.raw(&question)).await;
        assert!(w.telegram.seen(&question).words().contains("no longer in your catalogue"), "{data}");
    }
    for data in ["a:s:x:0:1", "a:", "a:d:0000000000000000:0:99999999999999999999"] {
        let answer = w.telegram.press_data(DEV, data, w.telegram.raw(&question)).await;
        assert!(answer.text.contains("Nothing was recorded"), "{data}: {answer:?}");
    }
    assert!(w.engine.requests().is_empty());
}
