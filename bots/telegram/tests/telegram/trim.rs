//! "Approve with changes" (rule 20).

use crate::world::{LISA, World};
use countersign_kit::telegram::Message;

async fn asked_to_trim() -> (World, Message) {
    let w = World::new().await;
    let card = w.asked().await;
    w.telegram.press(LISA, "Details", &card).await;
    let details = w.new_to(LISA);
    w.telegram.press(LISA, "Approve with changes…", &details).await;
    let question = w.new_to(LISA);
    (w, question)
}

#[tokio::test]
async fn a_shorter_length_is_a_vote() {
    let (w, question) = asked_to_trim().await;
    assert_eq!(question.buttons(), ["15m", "30m", "1h", "2h", "read-only…"]);
    w.telegram.press(LISA, "1h", &question).await;
    let request = w.engine.only();
    assert_eq!((request.scope.duration.seconds(), request.scope.access.as_str()), (3_600, "read-write"));
    assert!(w.telegram.seen(&question).buttons().is_empty());
}

#[tokio::test]
async fn a_lower_level_shows_the_lengths_again() {
    let (w, question) = asked_to_trim().await;
    w.telegram.press(LISA, "read-only…", &question).await;
    assert!(w.engine.only().votes.is_empty());
    let now = w.telegram.seen(&question);
    assert!(now.words().contains("read-only") && now.buttons().contains(&"4h".to_owned()), "{:?}", now.buttons());
    w.telegram.press(LISA, "4h", &question).await;
    let request = w.engine.only();
    assert_eq!((request.scope.duration.seconds(), request.scope.access.as_str()), (14_400, "read-only"));
}

/// THREATS B03: more than was asked for, or a level that is none.
#[tokio::test]
async fn abuse_b03_it_can_only_shrink() {
    let (w, question) = asked_to_trim().await;
    let id = w.engine.only().id.to_string();
    for data in [format!("v:{id}:0:0:999999"), format!("v:{id}:0:abcdef:60"), format!("v:{id}:7:0:60")] {
        w.telegram.press_data(LISA, &data, w.telegram.raw(&question)).await;
        assert!(w.engine.only().votes.is_empty(), "{data}");
    }
}
