//! The real server on a wall clock that jumps: libfaketime lies to it about the time of day, and only about that.

use crate::{
    checker,
    load::Load,
    place::Place,
    postgres::{Cluster, Schema},
    server::{self, LOOK, Server},
    target::Target,
};
use countersign_kit::telegram::{FakeTelegram, TOKEN};
use reqwest::StatusCode;
use std::time::{Duration, Instant};

/// What a jump may cost: real time, not the hours that the clock was wrong.
const SOON: Duration = Duration::from_secs(120);

/// Lets processes of a place run on a clock of the test's; `false`, said aloud, without libfaketime.
fn lie(place: &mut Place, test: &str) -> bool {
    let Some(library) = glob::glob("/usr/lib/*/faketime/libfaketimeMT.so.1").unwrap().find_map(Result::ok) else {
        assert!(std::env::var_os("COUNTERSIGN_TEST_STRICT").is_none(), "libfaketime is not installed");
        println!("skipped: {test} (no libfaketime; the package is called faketime)");
        return false;
    };
    let file = place.path("wall");
    for (name, value) in [
        ("LD_PRELOAD", library.to_str().unwrap()),
        ("FAKETIME_TIMESTAMP_FILE", file.to_str().unwrap()),
        ("FAKETIME_NO_CACHE", "1"),
        ("FAKETIME_DONT_FAKE_MONOTONIC", "1"),
    ] {
        place.set(name, value);
    }
    jump(place, "+0");
    true
}

/// From now on the wall clock is so far off.
fn jump(place: &Place, by: &str) {
    // In one piece: a file that is half written is no offset.
    std::fs::write(place.path("wall.new"), by).unwrap();
    std::fs::rename(place.path("wall.new"), place.path("wall")).unwrap();
}

async fn until(server: &Server, (person, id): (&str, &str), state: &str) {
    let until = Instant::now() + SOON;
    loop {
        let grant = server.grant(person, id).await;
        if grant["state"] == state {
            return;
        }
        assert!(Instant::now() < until, "the grant never became {state}: {grant}");
        tokio::time::sleep(LOOK).await;
    }
}

async fn until_troubled(server: &Server, (person, id): (&str, &str)) {
    let until = Instant::now() + SOON;
    while server.grant(person, id).await["trouble"].is_null() {
        assert!(Instant::now() < until, "no trouble with a target that is down");
        tokio::time::sleep(LOOK).await;
    }
}

/// Four hours forward and back, the target down meanwhile. What ended stays ended; what has not come to its end goes on; and
/// work that was put off by a clock that ran ahead waits for seconds, not for hours.
async fn forward_and_back(mut place: Place, target: Option<&Cluster>, dies: bool, test: &str) {
    if !lie(&mut place, test) {
        return;
    }
    let telegram = FakeTelegram::start().await;
    place.set("TELEGRAM_API_URL", &telegram.api_url());
    place.set("TELEGRAM_BOT_TOKEN", TOKEN);
    let address = server::free_address();
    let mut server = Server::start(&place, address).await;
    let kind = if target.is_some() { "role" } else { "web" };
    let short = ("dev0", &*server.granted("dev0", &format!("{kind}-0"), "2h").await);
    let long = ("dev1", &*server.granted("dev1", &format!("{kind}-1"), "8h").await);
    let page = ("dev2", &*server.granted("dev2", "web-2", "2h").await);
    for grant in [short, long, page] {
        until(&server, grant, "active").await;
    }
    let end = server.grant(long.0, long.1).await["expires_at"].clone();
    for by in ["-3s", "+10m", "-10m", "+0"] {
        jump(&place, by);
        tokio::time::sleep(Duration::from_millis(1_200)).await;
        for grant in [short, long, page] {
            assert_eq!(server.grant(grant.0, grant.1).await["state"], "active", "after {by}");
        }
    }

    target.inspect(|cluster| cluster.crash());
    jump(&place, "+4h");
    until(&server, page, "ended").await;
    assert_eq!(server.gate("dev2", "web-2").await, StatusCode::FORBIDDEN);
    let during = ("dev3", &*server.granted("dev3", &format!("{kind}-3"), "1h").await);
    if target.is_some() {
        until_troubled(&server, short).await;
        until_troubled(&server, during).await;
    }
    if dies {
        // Its leases end in four hours.
        server.kill();
        jump(&place, "+0");
        server = Server::start(&place, address).await;
    } else {
        jump(&place, "+0");
    }
    target.inspect(|cluster| cluster.start());
    let polls = telegram.polls();
    let back = Instant::now();
    until(&server, short, "ended").await;
    until(&server, during, "active").await;
    while telegram.polls() <= polls {
        assert!(back.elapsed() < SOON, "nobody listens to Telegram");
        tokio::time::sleep(LOOK).await;
    }
    assert_eq!(server.grant(page.0, page.1).await["state"], "ended", "terminal is terminal");
    let now = server.grant(long.0, long.1).await;
    assert_eq!((&now["state"], &now["expires_at"]), (&"active".into(), &end), "ended early, or kept for longer");
    println!("{test}: all in order {:?} after the clock went back", back.elapsed());

    jump(&place, "+9h");
    for grant in [long, during] {
        until(&server, grant, "ended").await;
    }
    let now = server.advance("2m").await;
    checker::until_settled(&place, now).await;
    assert_eq!(checker::targets(&place, &server, now).await, 0);
    server.terminate();
    assert!(server.ended(server::PATIENCE).await.success());
    let ledger = Load::of(&[], 0, &[]).stop().await;
    let story = checker::whole(&place, &ledger).await;
    assert_eq!(story.trail.count("grant_activated"), 4, "granted twice");
}

async fn real_target(test: &str) -> Option<(Cluster, Target)> {
    let cluster = Cluster::new(test)?;
    let target = Target::on(cluster.url()).await;
    Some((cluster, target))
}

/// The server lives through it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn abuse_c12_a_clock_that_jumps_hours_and_back_on_sqlite() {
    let test = "a clock that jumps, sqlite";
    let (cluster, target) = real_target(test).await.unzip();
    forward_and_back(Place::sqlite().granting_on(target), cluster.as_ref(), false, test).await;
}

/// The server is killed while its clock is ahead.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn abuse_c12_a_clock_that_jumps_hours_and_back_on_postgres() {
    let test = "a clock that jumps, postgres";
    let Some(schema) = Schema::new(test).await else { return };
    let (cluster, target) = real_target(test).await.unzip();
    let place = Place::at(schema.url.clone()).granting_on(target);
    forward_and_back(place, cluster.as_ref(), true, test).await;
    schema.drop().await;
}
