//! The keys that sign: found, kept, renewed.

use crate::world::{DEV, World};
use countersign_kit::teams::{PLACE, TestKey};
use std::time::Duration;

const TEAMS: &[&str] = &["msteams"];
const HOUR: Duration = Duration::from_secs(3_600);

impl World {
    async fn status(&self) -> u16 {
        self.pass(Duration::from_secs(2));
        self.teams.says(DEV, PLACE, "list").await.status
    }
}

/// THREATS D10
#[tokio::test]
async fn abuse_d10_a_new_key_is_learned_but_at_most_once_an_hour() {
    let w = World::new().await;
    assert_eq!((w.status().await, w.teams.metadata_asked()), (200, 1));
    w.teams.publish(&[(TestKey::Two, TEAMS), (TestKey::One, TEAMS)]);
    assert_eq!((w.status().await, w.teams.metadata_asked()), (401, 1), "the keys came less than an hour ago");
    w.pass(HOUR);
    assert_eq!((w.status().await, w.teams.metadata_asked()), (200, 2));
    let activity = w.teams.message_payload(DEV, PLACE, "list");
    let unknown = TestKey::Strangers.token(&w.teams.token_header(TestKey::Strangers), &w.teams.claims(&activity));
    w.pass(HOUR);
    for _ in 0..20 {
        assert_eq!(w.teams.send(&format!("Bearer {unknown}"), &activity).await.status, 401);
    }
    assert_eq!(w.teams.metadata_asked(), 3, "a flood of unknown keys asks once");
}

#[tokio::test]
async fn keys_are_kept_for_a_day_and_no_longer() {
    let w = World::new().await;
    w.status().await;
    w.teams.metadata(false);
    w.pass(HOUR * 23);
    assert_eq!((w.status().await, w.teams.metadata_asked()), (200, 1));
    w.pass(HOUR);
    assert_eq!(w.status().await, 503, "what cannot be proven is not taken; Teams comes again");
    w.teams.metadata(true);
    w.teams.publish(&[(TestKey::Two, TEAMS)]);
    w.pass(Duration::from_secs(5));
    assert_eq!(w.status().await, 200);
}

/// An operator who names other metadata (a government's cloud) vouches for its issuer.
#[tokio::test]
async fn the_issuer_is_the_metadatas() {
    let w = World::new().await;
    w.teams.issued_by("https://api.botframework.us");
    assert_eq!(w.status().await, 401, "tokens say api.botframework.com");
    w.teams.issued_by("https://api.botframework.com");
    w.pass(HOUR * 24);
    assert_eq!(w.status().await, 200);
}

#[tokio::test]
async fn without_keys_nothing_is_taken() {
    let w = World::new().await;
    w.teams.metadata(false);
    for _ in 0..5 {
        assert_eq!(w.teams.says(DEV, PLACE, "list").await.status, 503);
    }
    assert_eq!(w.teams.metadata_asked(), 1, "five at once ask once");
    assert_eq!(w.engine.calls(), 0);
}
