//! Slack, in this process: documented raw JSON over HTTP and WebSocket, never our own types. It is strict where Slack
//! is (tokens, places, block limits, one use of a trigger), and fails on demand.
//!
//! ```ignore
//! let slack = FakeSlack::start().await;               // point SLACK_API_URL at slack.api_url()
//! slack.connected().await;
//! let said = slack.command("U00000001", "prod-db 4h billing").await;
//! let card = slack.card_in("C00000001").await;
//! slack.press("U00000002", "Approve", &card).await;
//! slack.shows(&card, "approved by lisa").await;
//! ```

mod blocks;
mod calls;
mod deliver;
mod failure;
mod live;
mod look;
mod methods;
mod model;
mod payload;
mod socket;
mod stage;

pub use blocks::{check as check_blocks, check_view};
pub use deliver::{Ack, http_body, sign};
pub use failure::Failure;
pub use live::live;
pub use model::{Message, View};

use crate::watched::Watched;
use countersign_engine::ports::Ticks;
use model::State;
use std::{
    sync::{Arc, MutexGuard, OnceLock},
    time::Instant,
};

/// The workspace.
pub const TEAM: &str = "T00000001";
/// The app.
pub const APP: &str = "A00000001";
/// The token that posts.
pub const BOT_TOKEN: &str = "xoxb-fake-bot";
/// The token that opens Socket Mode.
pub const APP_TOKEN: &str = "xapp-fake-app";
/// The secret that signs HTTP requests.
pub const SIGNING_SECRET: &str = "8f742231b10e8888abcd99e0fake85a5";

/// A running fake. Clones share it; it stops with the runtime of the test.
#[derive(Clone)]
pub struct FakeSlack(Arc<Shared>);

struct Shared {
    origin: String,
    state: Watched<State>,
    ticks: OnceLock<Ticks>,
}

impl FakeSlack {
    /// Starts on a free port of the loopback: workspace `T00000001`, people `U00000001` to `U00000008`, channel
    /// `C00000001` with the app in it.
    ///
    /// # Panics
    /// When the loopback cannot be listened on.
    pub async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let shared = Shared {
            origin: format!("http://127.0.0.1:{port}"),
            state: Watched::new(State::new()),
            ticks: OnceLock::new(),
        };
        let slack = Self(Arc::new(shared));
        let router = calls::router(slack.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        slack
    }

    /// Counts `Retry-After` by these from now on, instead of by the machine's.
    pub fn use_ticks(&self, ticks: Ticks) {
        let _ = self.0.ticks.set(ticks);
    }

    fn tick(&self) -> Instant {
        self.0.ticks.get().map_or_else(Instant::now, |ticks| ticks())
    }

    /// For `SLACK_API_URL`.
    pub fn api_url(&self) -> String {
        format!("{}/api", self.0.origin)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.held()
    }

    fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        self.0.state.change(change)
    }
}
