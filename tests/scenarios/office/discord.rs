//! Discord, over the gateway.

use super::Parts;
use crate::world::{present, ticks};
use countersign::{bots::Bots, clock::Clock};
use countersign_discord::{Discord, Settings};
use countersign_kit::discord::{APPLICATION, BOT_TOKEN, FakeDiscord, GUILD, public_key};
use std::sync::Arc;

pub async fn parts(clock: &Clock) -> Parts {
    let ticks = ticks(clock);
    let fake = FakeDiscord::paced(ticks.clone()).await;
    let settings = Settings {
        bot_token: BOT_TOKEN.into(),
        application_id: APPLICATION.into(),
        public_key: Some(public_key()),
        gateway: true,
        api_url: fake.api_url(),
        guilds: Arc::new(|| [GUILD.to_owned()].into()),
        ticks,
    };
    let bot = Arc::new(Discord::new(settings, present(clock)).unwrap());
    Parts { stage: Arc::new(fake), bots: Bots::default().with(bot.clone()), bot, connect: None, browser: None }
}
