//! Slack, over Socket Mode.

use super::Parts;
use crate::world::{present, ticks};
use countersign::{bots::Bots, clock::Clock};
use countersign_kit::slack::{APP_TOKEN, BOT_TOKEN, FakeSlack, SIGNING_SECRET};
use countersign_slack::{Settings, Slack};
use std::sync::Arc;

pub async fn parts(clock: &Clock) -> Parts {
    let fake = FakeSlack::start().await;
    let ticks = ticks(clock);
    fake.use_ticks(ticks.clone());
    let settings = Settings {
        bot_token: BOT_TOKEN.into(),
        app_token: Some(APP_TOKEN.into()),
        signing_secret: Some(SIGNING_SECRET.into()),
        api_url: fake.api_url(),
        ticks,
    };
    let bot = Arc::new(Slack::new(settings, present(clock)).unwrap());
    Parts { stage: Arc::new(fake), bots: Bots::default().with(bot.clone()), bot, connect: None, browser: None }
}
