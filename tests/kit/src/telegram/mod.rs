//! The Bot API, in this process: documented raw JSON over HTTP, never our own types. It is strict where Telegram is (the
//! token, ids, 64 bytes in a button, 4,096 units of text, entities, rates), fails on demand, and judges every call by the
//! official specification where there is one.
//!
//! ```ignore
//! let telegram = FakeTelegram::start().await;         // point TELEGRAM_API_URL at telegram.api_url()
//! telegram.command(70001, GROUP, "prod-db 4h billing").await;
//! let card = telegram.card_in(GROUP).await;
//! let told = telegram.press(70002, "Approve", &card).await;
//! ```

mod calls;
mod entities;
mod failure;
mod html;
mod limits;
mod live;
mod look;
mod methods;
mod model;
mod people;
mod spec;
mod stage;
mod updates;

pub use entities::check as check_message;
pub use failure::Failure;
pub use live::live;
pub use model::{Answer, Message};

use crate::watched::Watched;
use countersign_engine::ports::Ticks;
use model::State;
use std::{
    sync::{Arc, MutexGuard},
    time::{Duration, Instant},
};

/// The bot's token.
pub const TOKEN: &str = "770000:AAfake-token_of-the-bot";
/// The bot's user id.
pub const BOT: i64 = 770_000;
/// The bot's name, without the `@`.
pub const USERNAME: &str = "countersign_bot";
/// The group of the policy.
pub const GROUP: i64 = -1_001_000_000_001;
/// What a webhook's secret could be.
pub const SECRET: &str = "0123456789abcdef0123456789abcdef";

/// A running fake. Clones share it; it stops with the runtime of the test.
#[derive(Clone)]
pub struct FakeTelegram(Arc<Shared>);

struct Shared {
    origin: String,
    ticks: Ticks,
    state: Watched<State>,
}

/// A clock for pacing that moves on by itself at every look, far enough that nobody ever has to wait.
pub fn striding() -> Ticks {
    let (start, steps) = (Instant::now(), std::sync::atomic::AtomicU32::new(0));
    Arc::new(move || start + Duration::from_secs(4) * steps.fetch_add(1, std::sync::atomic::Ordering::SeqCst))
}

impl FakeTelegram {
    /// Starts on a free port of the loopback, on the machine's own clock: people `70001` to `70009`, who have all pressed
    /// Start, and the group [`GROUP`] with the bot in it.
    ///
    /// # Panics
    /// When the loopback cannot be listened on.
    pub async fn start() -> Self {
        Self::with_ticks(Arc::new(Instant::now)).await
    }

    /// The same, on this clock: rates and `retry_after` are held against it.
    ///
    /// # Panics
    /// When the loopback cannot be listened on.
    pub async fn with_ticks(ticks: Ticks) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let shared = Shared { origin: format!("http://127.0.0.1:{port}"), ticks, state: Watched::new(State::new()) };
        let telegram = Self(Arc::new(shared));
        let router = calls::router(telegram.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        telegram
    }

    /// For `TELEGRAM_API_URL`.
    pub fn api_url(&self) -> String {
        self.0.origin.clone()
    }

    fn now(&self) -> Instant {
        (self.0.ticks)()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.held()
    }

    fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        self.0.state.change(change)
    }
}
