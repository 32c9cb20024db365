//! Discord, in this process: documented raw JSON over HTTP and WebSocket, never our own types. It is strict where Discord
//! is (tokens, ids, limits, one answer within 3 s for each interaction), stricter about mentions, which we always switch
//! off, and fails on demand. With `COUNTERSIGN_SPECS` every body that it gets is held against Discord's own specification.
//!
//! ```ignore
//! let discord = FakeDiscord::start().await;               // point DISCORD_API_URL at discord.api_url()
//! discord.connected().await;
//! let said = discord.command(DEV, "prod-db 4h billing").await;
//! let card = discord.card_in(CHANNEL).await;
//! discord.press(LISA, "Approve", &card).await;
//! discord.shows(&card, "approved by lisa").await;
//! ```

mod answers;
mod check;
mod deliver;
mod failure;
mod gateway;
mod judge;
mod limits;
mod look;
mod markdown;
mod model;
mod payload;
mod rest;
mod routes;
mod stage;

pub use check::{check_command, check_message, check_modal};
pub use deliver::{Ack, public_key, sign};
pub use failure::Failure;
pub use judge::judge;
pub use markdown::{Live, live, read, texts};
pub use model::{Form, Message};

use crate::watched::Watched;
use countersign_engine::ports::Ticks;
use model::State;
use std::sync::{Arc, MutexGuard};

/// The application.
pub const APPLICATION: &str = "900000000000000000";
/// The server.
pub const GUILD: &str = "900000000000000001";
/// The channel in it that the workflows name.
pub const CHANNEL: &str = "900000000000000002";
/// The bot's token.
pub const BOT_TOKEN: &str = "OTAwMDAwMDAwMDAwMDAwMDAw.fake.bot-token";

/// The account of a person: 1 is dev, 8 is sec4, 9 is an account that nobody is bound to.
pub fn user(number: usize) -> String {
    format!("9000000000000000{:02}", 10 + number)
}

/// A running fake. Clones share it; it stops with the runtime of the test.
#[derive(Clone)]
pub struct FakeDiscord(Arc<Shared>);

struct Shared {
    origin: String,
    state: Watched<State>,
    ticks: Ticks,
}

impl FakeDiscord {
    /// Starts on a free port of the loopback: one server with one channel that the bot may write in, and nine people.
    ///
    /// # Panics
    /// When the loopback cannot be listened on.
    pub async fn start() -> Self {
        Self::paced(Arc::new(std::time::Instant::now)).await
    }

    /// The same, with these ticks to measure `Retry-After` by: those that pace the calls.
    ///
    /// # Panics
    /// When the loopback cannot be listened on.
    pub async fn paced(ticks: Ticks) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let shared = Shared { origin: format!("http://127.0.0.1:{port}"), state: Watched::new(State::new()), ticks };
        let discord = Self(Arc::new(shared));
        let router = rest::router(discord.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        discord
    }

    /// For `DISCORD_API_URL`.
    pub fn api_url(&self) -> String {
        self.0.origin.clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.held()
    }

    fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        self.0.state.change(change)
    }

    fn complain(&self, what: String) {
        eprintln!("the fake complains: {what}");
        self.change(|s| s.complaints.push(what));
    }
}
