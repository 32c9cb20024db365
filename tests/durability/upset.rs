//! Two replicas on one PostgreSQL, one of them stopped, killed, frozen or cut off again and again, the database restarted in
//! between.

use crate::{
    checker,
    dice::{self, Dice},
    load::{Kind, Load},
    place::Place,
    postgres::Cluster,
    server::{self, LOOK, PATIENCE, Server},
    wire::Wire,
};
use countersign_kit::telegram::{FakeTelegram, GROUP, TOKEN};
use futures_util::future::join_all;
use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

/// Pairs that run side by side, so that what is frozen is not waited for one after the other.
const PAIRS: usize = 4;
/// A connection that may exist once moves within 15 s; the rest is for a machine that has other things to do.
const MOVES: Duration = Duration::from_secs(15 + 10);
/// Requests of the quiet beginning, each of which is told in one place.
const TOLD: usize = 4;
const POLICY: &str = r#"
[[resources]]
id = "told"
kind = "approval_only"
max_duration = "8h"
[[workflows]]
id = "told"
match = { resources = ["told"] }
steps = [{ name = "Team lead", approvers = ["level >= team-lead"] }]
notify = { telegram = ["-1001000000001"] }
"#;

/// One of two: its own way to the database, and its own Telegram, so that it can be seen who listens.
struct Replica {
    wire: Wire,
    address: SocketAddr,
    telegram: FakeTelegram,
    server: Option<Server>,
}

/// What both have in common.
struct Pair {
    cluster: Cluster,
    place: Place,
    replicas: [Replica; 2],
}

impl Pair {
    /// `one_telegram`: both write to the same, as in life; otherwise it can be seen who listens.
    async fn new(test: &str, one_telegram: bool) -> Option<Self> {
        let cluster = Cluster::new(test)?;
        let place = Place::at(cluster.url()).with_target().await.with_policy(POLICY);
        let mut replicas = [Replica::new(&cluster).await, Replica::new(&cluster).await];
        if one_telegram {
            replicas[1].telegram = replicas[0].telegram.clone();
        }
        let mut pair = Self { cluster, place, replicas };
        for n in 0..2 {
            pair.start(n).await;
        }
        Some(pair)
    }

    async fn start(&mut self, n: usize) {
        let replica = &mut self.replicas[n];
        self.place.settings = vec![
            ("DATABASE_URL".into(), self.cluster.url_at(replica.wire.address)),
            ("TELEGRAM_API_URL".into(), replica.telegram.api_url()),
            ("TELEGRAM_BOT_TOKEN".into(), TOKEN.into()),
        ];
        replica.server = Some(Server::start(&self.place, replica.address).await);
        self.place.settings.clear();
    }

    /// Who listens to Telegram; waits for one.
    async fn listener(&self) -> usize {
        let until = Instant::now() + PATIENCE;
        loop {
            let listens = |n: usize| self.replicas[n].telegram.listeners() > 0;
            match (listens(0), listens(1)) {
                (true, false) => return 0,
                (false, true) => return 1,
                // Right after a hand-over the last question of the one before is still open.
                _ => assert!(Instant::now() < until, "nobody listens, or both do"),
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Until the other one asks Telegram, which it must within 15 s.
    async fn moved_to(&self, n: usize, polls: u64) -> Duration {
        let begun = Instant::now();
        while self.replicas[n].telegram.polls() <= polls {
            assert!(begun.elapsed() < MOVES, "Telegram has not moved to the other replica in {:?}", begun.elapsed());
            tokio::time::sleep(LOOK).await;
        }
        begun.elapsed()
    }
}

impl Replica {
    async fn new(cluster: &Cluster) -> Self {
        let wire = Wire::to(cluster.address()).await;
        Self { wire, address: server::free_address(), telegram: FakeTelegram::start().await, server: None }
    }

    fn server(&self) -> &Server {
        self.server.as_ref().unwrap()
    }

    fn posts(&self) -> usize {
        self.telegram.messages().iter().filter(|message| message.chat == GROUP).count()
    }
}

/// The replica that listens to Telegram comes to grief; what happened, and how long the other took to listen.
async fn round(pair: &mut Pair, dice: &mut Dice) -> (&'static str, Option<Duration>) {
    let victim = pair.listener().await;
    let other = 1 - victim;
    let polls = pair.replicas[other].telegram.polls();
    match dice.within(0..4) {
        0 => {
            let server = pair.replicas[victim].server.take().unwrap();
            server.terminate();
            assert!(server.ended(PATIENCE).await.success());
            let moved = pair.moved_to(other, polls).await;
            pair.start(victim).await;
            ("stopped", Some(moved))
        }
        1 => {
            pair.replicas[victim].server.take().unwrap().kill();
            let moved = pair.moved_to(other, polls).await;
            pair.start(victim).await;
            ("killed", Some(moved))
        }
        2 => {
            let frozen = dice.within(5..31);
            let (begun, server) = (Instant::now(), pair.replicas[victim].server());
            server.signal("STOP");
            let moved = if frozen > MOVES.as_secs() { Some(pair.moved_to(other, polls).await) } else { None };
            tokio::time::sleep(Duration::from_secs(frozen).saturating_sub(begun.elapsed())).await;
            server.signal("CONT");
            ("frozen", moved)
        }
        _ => {
            pair.replicas[victim].wire.cut();
            let moved = pair.moved_to(other, polls).await;
            pair.replicas[victim].wire.mend();
            ("cut off", Some(moved))
        }
    }
}

async fn rounds(number: usize, rounds: usize, dice: &Dice) -> Option<()> {
    let test = format!("two replicas, pair {number}");
    let mut dice = dice.of_its_own(number as u64);
    let mut pair = Pair::new(&test, false).await?;
    let urls: Vec<String> = pair.replicas.iter().map(|replica| replica.server().url()).collect();
    let load = Load::of(&urls, 4, Kind::all(&pair.place));
    for n in 0..rounds {
        let (what, moved) = round(&mut pair, &mut dice).await;
        println!("{test}, round {n}: {what}; Telegram moved in {moved:?}");
        if dice.one_in(2) {
            pair.cluster.crash();
            pair.cluster.start();
        }
        for replica in &pair.replicas {
            replica.server().until_ready_says(reqwest::StatusCode::OK).await;
        }
    }
    load.ledger.more(20).await;
    let ledger = load.stop().await;
    let (one, two) = (pair.replicas[0].server(), pair.replicas[1].server());
    // First what is in hand comes to its end: the two clocks are not moved in the same instant, and a clock that is minutes
    // ahead of the other takes a job that is still being worked on.
    checker::until_settled(&pair.place, 0).await;
    for by in ["3m", "9h"] {
        let (now, also) = tokio::join!(one.advance(by), two.advance(by));
        checker::until_settled(&pair.place, now.max(also)).await;
        let live = checker::targets(&pair.place, one, now.max(also)).await;
        assert!(by == "3m" || live == 0, "access outlives its time");
    }
    for replica in &mut pair.replicas {
        let server = replica.server.take().unwrap();
        server.terminate();
        assert!(server.ended(PATIENCE).await.success());
    }
    let story = checker::whole(&pair.place, &ledger).await;
    println!("{}", story.said(&test, &ledger));
    if let Some(target) = &pair.place.target {
        target.clean().await;
    }
    Some(())
}

/// Nothing is granted twice, nothing has an effect twice, no revocation is missed (THREATS C03), and what may listen only
/// once moves within 15 s.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn abuse_c03_two_replicas_in_trouble_are_one_server() {
    let dice = Dice::rolled("two replicas");
    let all = dice::many("COUNTERSIGN_TEST_UPSETS", 1);
    let pairs = PAIRS.min(all);
    let each = (0..pairs).map(|n| rounds(n, all / pairs + usize::from(n < all % pairs), &dice));
    let done = join_all(each).await;
    println!("two replicas: {} rounds in {} pairs", if done[0].is_some() { all } else { 0 }, pairs);
}

/// Without trouble, each request has one card in its place, whichever replica posts it and brings it up to date.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_card_is_posted_twice_by_two_replicas() {
    let Some(pair) = Pair::new("no_card_is_posted_twice_by_two_replicas", true).await else { return };
    for n in 0..TOLD {
        pair.replicas[n % 2].server().granted(&format!("dev{n}"), "told", "1h").await;
    }
    // Each replica paces its own calls: where both together are too many, Telegram closes the group for up to a minute.
    let until = Instant::now() + 4 * PATIENCE;
    let posts = || pair.replicas[0].posts();
    while posts() < TOLD {
        assert!(Instant::now() < until, "{} of {TOLD} cards were posted", posts());
        tokio::time::sleep(LOOK).await;
    }
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(posts(), TOLD, "a card was posted twice");
    println!("two replicas: {TOLD} requests, {TOLD} cards");
    drop(pair.replicas);
    if let Some(target) = &pair.place.target {
        target.clean().await;
    }
}
