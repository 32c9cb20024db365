//! Teams, which calls us over HTTP.

use super::{Office, Parts};
use crate::world::{present, start, ticks};
use countersign::{bots::Bots, clock::Clock};
use countersign_engine::person::Platform;
use countersign_kit::teams::{APP, FakeTeams, PASSWORD, TENANT};
use countersign_teams::{Settings, Teams};
use std::sync::Arc;

/// Teams alone, and its fake for what no other platform can be asked.
pub async fn office() -> (Office, FakeTeams) {
    let clock = Clock::fixed(start());
    let (fake, parts) = played(&clock).await;
    (Office::of(&[Platform::Teams], clock, vec![parts]).await, fake)
}

pub async fn parts(clock: &Clock) -> Parts {
    played(clock).await.1
}

async fn played(clock: &Clock) -> (FakeTeams, Parts) {
    let ticks = ticks(clock);
    let fake = FakeTeams::start().await;
    fake.use_ticks(ticks.clone());
    let settings = Settings {
        app_id: APP.into(),
        app_password: PASSWORD.into(),
        tenant_id: TENANT.into(),
        login_url: fake.login_url(),
        openid_url: fake.openid_url(),
        service_url: fake.service_url(),
        ticks,
    };
    let bot = Arc::new(Teams::new(&settings, present(clock)).unwrap());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    fake.deliver_to(&format!("http://{}/teams/messages", listener.local_addr().unwrap()), {
        let clock = clock.clone();
        move || clock.now()
    });
    let routes = bot.clone();
    let connect = move |engine| {
        let router = routes.routes(engine);
        tokio::spawn(async move { axum::serve(listener, router).await });
    };
    let bots = Bots::default().with(bot.clone());
    let stage = Arc::new(fake.clone());
    (fake, Parts { stage, bots, bot, connect: Some(Box::new(connect)), browser: None })
}
