//! Teams, which calls us over HTTP.

use super::Parts;
use crate::world::{present, ticks};
use countersign::{bots::Bots, clock::Clock};
use countersign_kit::teams::{APP, FakeTeams, PASSWORD, TENANT};
use countersign_teams::{Settings, Teams};
use std::sync::Arc;

pub async fn parts(clock: &Clock) -> Parts {
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
    Parts { stage: Arc::new(fake), bots, bot, connect: Some(Box::new(connect)), browser: None }
}
