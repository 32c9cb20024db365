//! Discord's limits, on the wire. The arithmetic has tests of its own beside it.

use crate::world::{DEV, LISA, World, direct, place};
use countersign_engine::ports::{DeliveryError, Messenger, Ticks};
use countersign_kit::discord::{Failure, FakeDiscord};
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

/// Ticks that only the test moves.
#[derive(Clone)]
struct Hand(Arc<AtomicU64>, Instant);

impl Hand {
    fn new() -> Self {
        Self(Arc::default(), Instant::now())
    }
    fn ticks(&self) -> Ticks {
        let this = self.clone();
        Arc::new(move || this.1 + Duration::from_millis(this.0.load(Ordering::SeqCst)))
    }
    fn move_by(&self, millis: u64) {
        self.0.fetch_add(millis, Ordering::SeqCst);
    }
}

async fn world() -> (World, Hand) {
    let hand = Hand::new();
    let discord = FakeDiscord::paced(hand.ticks()).await;
    let w = World::with(discord, |settings| settings.ticks = hand.ticks());
    w.discord.connected().await;
    w.discord.command(DEV, "prod-db 4h billing").await;
    (w, hand)
}

fn after(millis: u64) -> Result<(), DeliveryError> {
    Err(DeliveryError::Retry { after: Some(Duration::from_millis(millis)) })
}

/// THREATS E12: to the millisecond, for that channel only.
#[tokio::test]
async fn abuse_e12_retry_after_is_obeyed_exactly() {
    let (w, hand) = world().await;
    w.discord.fail_next("post", Failure::RetryAfter(30.25));
    assert_eq!(w.bot.post(&place(), &w.card()).await.map(drop), after(30_250));
    hand.move_by(10_000);
    assert_eq!(w.bot.post(&place(), &w.card()).await.map(drop), after(20_250));
    assert!(w.bot.post(&direct(LISA), &w.card()).await.is_ok(), "another channel is not meant");
    hand.move_by(20_250);
    assert!(w.bot.post(&place(), &w.card()).await.is_ok());
    w.is_content();
}

/// THREATS E12: the global limit stops everything but the answers that people wait for.
#[tokio::test]
async fn abuse_e12_the_global_limit_stops_all_but_answers() {
    let (w, hand) = world().await;
    w.discord.fail_next("post", Failure::RetryAfterGlobal(9.0));
    assert_eq!(w.bot.post(&place(), &w.card()).await.map(drop), after(9_000));
    assert_eq!(w.bot.post(&direct(LISA), &w.card()).await.map(drop), after(9_000));
    assert!(w.discord.command(DEV, "list").await.is_private());
    hand.move_by(9_000);
    assert!(w.bot.post(&direct(LISA), &w.card()).await.is_ok());
    w.is_content();
}

/// THREATS E12: a bucket that its headers call empty is not tried.
#[tokio::test]
async fn abuse_e12_empty_buckets_are_left_alone() {
    let (w, hand) = world().await;
    w.discord.meter(5, Duration::from_secs(60));
    for _ in 0..5 {
        assert!(w.bot.post(&place(), &w.card()).await.is_ok());
    }
    let turn = DeliveryError::Paced { after: Duration::from_secs(60) };
    assert_eq!(w.bot.post(&place(), &w.card()).await.map(drop), Err(turn));
    assert_eq!(w.discord.calls("post").len(), 5);
    hand.move_by(60_000);
    assert!(w.bot.post(&place(), &w.card()).await.is_ok());
    w.is_content();
}

/// Sixteen at once, as the outbox does it: none is sent that Discord would refuse.
#[tokio::test]
async fn abuse_e12_many_at_once_do_not_overrun_a_bucket() {
    let (w, _) = world().await;
    w.discord.meter(5, Duration::from_secs(60));
    let card = w.card();
    let posts: Vec<_> = (0..16)
        .map(|_| {
            let (bot, card) = (w.bot.clone(), card.clone());
            tokio::spawn(async move { bot.post(&place(), &card).await })
        })
        .collect();
    let mut done = 0;
    for post in posts {
        done += usize::from(post.await.unwrap().is_ok());
    }
    assert_eq!((done, w.discord.calls("post").len()), (5, 5));
    w.is_content();
}

/// A limit that is shared with others closes the way, but is not held against us.
#[tokio::test]
async fn a_shared_limit_is_obeyed_too() {
    let (w, hand) = world().await;
    w.discord.fail_next("post", Failure::Shared(4.0));
    assert_eq!(w.bot.post(&place(), &w.card()).await.map(drop), after(4_000));
    hand.move_by(4_000);
    assert!(w.bot.post(&place(), &w.card()).await.is_ok());
    w.is_content();
}
