//! A bot that may listen only once in an installation: two processes, one database (THREATS C03).

use super::*;
use chrono::TimeDelta;
use countersign::lifecycle::{BotHealth, BotState, Leases, Stopper, stopper, supervise_once};
use countersign::service::Scoped;
use std::time::Duration;

/// A process's supervisor; it ends like a crash when it is dropped.
struct Replica {
    stopper: Stopper,
    health: BotHealth,
    running: tokio::task::JoinHandle<()>,
}

impl Replica {
    fn start(w: &World, bot: &Pigeon) -> Self {
        let service = w.app.web.service.clone();
        let leases = Leases::new(w.store.clone(), w.clock.clone()).beating(Duration::from_millis(5));
        let (stopper, stopping) = stopper();
        let health = BotHealth::on(w.clock.clone());
        let engine = Arc::new(Scoped::new(service, Platform::Discord));
        let running = tokio::spawn(supervise_once(Arc::new(bot.clone()), engine, stopping, health.clone(), leases));
        Self { stopper, health, running }
    }

    fn state(&self) -> Option<BotState> {
        self.health.states().get(&Platform::Discord).map(|health| health.state)
    }
}

async fn replica(w: &World) -> (Replica, Pigeon) {
    let bot = Pigeon::new(Platform::Discord).once();
    (Replica::start(w, &bot), bot)
}

/// Resolves once the bot has been asked for so long that it surely stands by.
async fn stands_by(replica: &Replica) {
    while replica.state() != Some(BotState::StandingBy) {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn abuse_c03_one_process_listens() {
    let w = World::new().await;
    let (first, one) = replica(&w).await;
    one.listened_to_by(1).await;
    let (second, two) = replica(&w).await;
    stands_by(&second).await;
    assert_eq!((one.listening(), two.listening(), first.state()), (1, 0, Some(BotState::Listening)));
    assert!(second.health.all()[&Platform::Discord], "who stands by is well");
    // It stops in order, and gives the lease back: nobody waits for its end.
    first.stopper.stop();
    two.listened_to_by(1).await;
    assert_eq!((one.listening(), second.state()), (0, Some(BotState::Listening)));
    second.running.abort();
}

/// A holder that crashes gives nothing back: its lease of 10 s runs out.
#[tokio::test]
async fn abuse_c03_a_crash_is_taken_over() {
    let w = World::new().await;
    let (first, one) = replica(&w).await;
    one.listened_to_by(1).await;
    let (second, two) = replica(&w).await;
    stands_by(&second).await;
    first.running.abort();
    one.listened_to_by(0).await;
    w.clock.advance(TimeDelta::seconds(9));
    assert_eq!(w.store.take_lease("bot:discord", "me", w.now(), w.now()).await.unwrap(), None, "still its own");
    w.clock.advance(TimeDelta::seconds(1));
    two.listened_to_by(1).await;
    second.stopper.stop();
    second.running.await.unwrap();
    assert_eq!(two.listening(), 0);
}

/// Who loses the lease stops listening before anybody else begins, and takes its turn again later.
#[tokio::test]
async fn abuse_c03_a_lost_lease_stops_the_bot() {
    let w = World::new().await;
    let (first, one) = replica(&w).await;
    one.listened_to_by(1).await;
    w.store.release_lease("bot:discord", "nobody", 1).await.unwrap();
    assert_eq!(one.listening(), 1, "that was not its own");
    // The database was away for it, and somebody else took over.
    let ends = w.now() + TimeDelta::seconds(20);
    let mut taken = None;
    while taken.is_none() {
        taken = w.store.take_lease("bot:discord", "other", w.now() + TimeDelta::seconds(11), ends).await.unwrap();
    }
    one.listened_to_by(0).await;
    stands_by(&first).await;
    w.clock.advance(TimeDelta::seconds(20));
    one.listened_to_by(1).await;
    let fence = w.store.renew_lease("bot:discord", "other", taken.unwrap(), ends).await.unwrap();
    assert!(!fence, "the fence has moved on");
    first.running.abort();
}
