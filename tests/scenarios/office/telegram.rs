//! Telegram, by long polling.

use super::Parts;
use crate::world::{present, ticks};
use countersign::{bots::Bots, clock::Clock};
use countersign_engine::ports::Ticks;
use countersign_kit::telegram::{FakeTelegram, GROUP, TOKEN, striding};
use countersign_telegram::{Settings, Telegram};
use std::{sync::Arc, time::Instant};

pub async fn parts(clock: &Clock) -> Parts {
    let ticks = hurrying(clock);
    let fake = FakeTelegram::with_ticks(ticks.clone()).await;
    let settings = Settings {
        bot_token: TOKEN.into(),
        webhook_secret: None,
        api_url: fake.api_url(),
        public_url: "http://127.0.0.1:8080".into(),
        places: Arc::new(|| vec![GROUP.to_string()]),
        ticks,
    };
    let bot = Arc::new(Telegram::new(settings, present(clock)).unwrap());
    Parts { stage: Arc::new(fake), bots: Bots::default().with(bot.clone()), bot, connect: None, browser: None }
}

/// The clock's ticks, and a stride at each look: private answers are messages to a chat here, one a second, and a test asks
/// for many at one moment.
fn hurrying(clock: &Clock) -> Ticks {
    let (ticks, strides, start) = (ticks(clock), striding(), Instant::now());
    Arc::new(move || ticks() + strides().saturating_duration_since(start))
}
