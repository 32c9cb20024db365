//! The main job in Teams: asked by mentioning the app in a channel, approved on cards in personal chats, told to everybody.
//! Teams is played by the fake of the test kit; the server is the real one.

use crate::world::{Making, World, start};
use countersign::{
    bots::Bots,
    lifecycle::{self, BotHealth, Stopper},
    policy_file,
    service::Scoped,
};
use countersign_engine::{
    person::Platform,
    ports::{Bot, Ticks},
    time::Length,
};
use countersign_kit::{
    stage::Fault,
    teams::{APP, FakeTeams, PASSWORD, PLACE, TENANT},
};
use countersign_teams::{Settings, Teams};
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

const DEV: usize = 1;
const LISA: usize = 2;
const MANAGER: usize = 3;
const SEC1: usize = 5;
const SEC2: usize = 6;

/// The demo organisation with its Teams accounts, and a bot that listens. A second passes for pacing at every look, so that
/// nobody waits.
async fn office() -> (World, FakeTeams, Stopper) {
    let fake = FakeTeams::start().await;
    let (begin, looks) = (Instant::now(), AtomicU64::new(0));
    let ticks: Ticks = Arc::new(move || begin + Duration::from_secs(looks.fetch_add(1, Ordering::SeqCst)));
    fake.use_ticks(ticks.clone());
    let text = include_str!("../kit/peers.policy.toml");
    let policy = policy_file::parse(text, "peers.policy.toml").unwrap().policy;
    let settings = Settings {
        app_id: APP.into(),
        app_password: PASSWORD.into(),
        tenant_id: TENANT.into(),
        login_url: fake.login_url(),
        openid_url: fake.openid_url(),
        service_url: fake.service_url(),
        ticks,
    };
    let bot = Arc::new(Teams::new(&settings, Arc::new(start)).unwrap());
    let w = World::made(Making { policy, bots: Bots::default().with(bot.clone()), ..Making::default() }).await;
    let engine = Arc::new(Scoped::new(w.app.web.service.clone(), Platform::Teams));
    let router = bot.routes(engine.clone());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    fake.deliver_to(&format!("http://{}/teams/messages", listener.local_addr().unwrap()), start);
    tokio::spawn(async move { axum::serve(listener, router).await });
    let (stopper, stopping) = lifecycle::stopper();
    tokio::spawn(lifecycle::supervise(bot as Arc<dyn Bot>, engine, stopping, BotHealth::default()));
    (w, fake, stopper)
}

#[tokio::test]
async fn the_main_job_in_teams() {
    let (w, teams, _running) = office().await;
    teams.says(DEV, PLACE, "prod-db 4h billing migration").await;
    let said = teams.private_to(DEV).await;
    assert!(said.words().contains("req-"), "the answer names the request: {}", said.words());
    w.settle().await;

    let posted = teams.card_in(PLACE).await;
    assert!(posted.words().contains("billing migration"));
    let lisas = teams.card_for(LISA).await;
    assert_eq!(teams.press(LISA, "Approve", &lisas).await.status, 200);
    w.settle().await;
    teams.shows(&posted, "approved by lisa").await;

    let managers = teams.card_for(MANAGER).await;
    teams.press(MANAGER, "Approve", &managers).await;
    w.settle().await;
    for security in [SEC1, SEC2] {
        let card = teams.card_for(security).await;
        teams.press(security, "Approve", &card).await;
        w.settle().await;
    }
    for card in [&posted, &lisas, &managers] {
        assert!(!teams.now(card).buttons().iter().any(|b| b == "Approve"), "nothing is left to approve");
    }
    let list = w.api("dev").get("/api/v1/requests?mine=1").await;
    assert_eq!(list.json["items"][0]["state"], "approved");
    assert_eq!(list.json["items"][0]["grant"]["state"], "active");
    w.advance(Length::hours(4)).await;
    let list = w.api("dev").get("/api/v1/requests?mine=1").await;
    assert_eq!(list.json["items"][0]["grant"]["state"], "ended");
    assert_eq!(teams.complained(), Vec::<String>::new());
}

/// rules 11 and 15: whoever presses without being allowed to hears why, alone, and nothing changes.
#[tokio::test]
async fn others_hear_alone_why_not() {
    let (w, teams, _running) = office().await;
    teams.says(DEV, PLACE, "prod-db 4h billing migration").await;
    w.settle().await;
    let posted = teams.card_in(PLACE).await;
    assert!(teams.press(DEV, "Approve", &posted).await.words().contains("own request"));
    assert!(teams.press(SEC1, "Approve", &posted).await.words().contains("lisa"), "it says who can");
    assert_eq!(w.store.audit_head().await.unwrap().size, 1, "only the opening is on record");
}

/// After an outage every copy of the card tells the truth again, and the votes of that time counted.
#[tokio::test]
async fn cards_converge_after_an_outage() {
    let (w, teams, _running) = office().await;
    teams.says(DEV, PLACE, "prod-db 4h billing migration").await;
    w.settle().await;
    let (posted, lisas) = (teams.card_in(PLACE).await, teams.card_for(LISA).await);
    teams.trouble(Fault::Unavailable);
    teams.press(LISA, "Approve", &lisas).await;
    w.settle().await;
    assert!(!teams.now(&posted).words().contains("approved by lisa"));
    teams.calm();
    w.advance(Length::minutes(1)).await;
    for card in [&posted, &lisas] {
        assert!(teams.now(card).words().contains("approved by lisa"), "{}", teams.now(card).words());
    }
    assert_eq!(w.store.audit_head().await.unwrap().size, 2);
}

/// The package is written where it is asked for, and says what to do next.
#[test]
fn the_package_is_written() {
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("teams.zip");
    let run = |app: &str| {
        std::process::Command::new(env!("CARGO_BIN_EXE_countersign"))
            .args(["teams-package", "--out"])
            .arg(&file)
            .current_dir(place.path())
            .env_clear()
            .env("TEAMS_APP_ID", app)
            .env("TEAMS_APP_PASSWORD", if app.is_empty() { "" } else { PASSWORD })
            .env("TEAMS_TENANT_ID", if app.is_empty() { "" } else { TENANT })
            .env("COUNTERSIGN_PUBLIC_URL", "https://access.acme.com")
            .output()
            .unwrap()
    };
    let nothing = run("");
    assert!(!nothing.status.success() && String::from_utf8_lossy(&nothing.stderr).contains("hint:"));
    assert!(!file.exists());
    let done = run(APP);
    assert!(done.status.success() && String::from_utf8_lossy(&done.stdout).contains("Upload it"));
    let bytes = std::fs::read(&file).unwrap();
    let has = |words: &[u8]| bytes.windows(words.len()).any(|window| window == words);
    assert!(bytes.starts_with(b"PK") && has(APP.as_bytes()) && has(b"access.acme.com") && has(b"outline.png"));
}
