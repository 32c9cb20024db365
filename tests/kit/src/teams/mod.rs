//! Microsoft Teams, in this process: the login, the metadata and keys, the service that messages go through, and signed
//! activities to our route; documented raw JSON, never our own types. It is strict where Microsoft is (tokens, tenants, ids,
//! sizes, schema), and fails on demand.
//!
//! ```ignore
//! let teams = FakeTeams::start().await;        // TEAMS_LOGIN_URL = teams.login_url(), and so on
//! teams.deliver_to("http://127.0.0.1:8080/teams/messages", clock);
//! teams.says(1, PLACE, "prod-db 4h billing").await;
//! let card = teams.card_in(PLACE).await;
//! teams.press(2, "Approve", &card).await;
//! ```

mod deliver;
mod failure;
mod judge;
mod keys;
mod live;
mod login;
mod look;
mod model;
mod payload;
mod service;
mod stage;

pub use deliver::Ack;
pub use judge::{check_card, check_message};
pub use keys::{TestKey, base64url};
pub use live::{live, texts};
pub use model::Message;
pub use payload::{object, user};

use crate::watched::Watched;
use model::State;
use std::sync::{Arc, MutexGuard};

/// The tenant.
pub const TENANT: &str = "00000000-0000-0000-0000-000000000001";
/// The app.
pub const APP: &str = "11111111-2222-3333-4444-555555555555";
/// Its client secret.
pub const PASSWORD: &str = "test-only~client.secret";
/// The channel that workflows post in.
pub const PLACE: &str = "19:countersign@thread.tacv2";
/// Who signs activities.
pub const ISSUER: &str = "https://api.botframework.com";

/// A running fake. Clones share it; it stops with the runtime of the test.
#[derive(Clone)]
pub struct FakeTeams(Arc<Shared>);

struct Shared {
    origin: String,
    state: Watched<State>,
}

impl FakeTeams {
    /// Starts on a free port of the loopback: people 1 to 9, of whom the policy knows 8; the channel [`PLACE`], with the app
    /// in it.
    ///
    /// # Panics
    /// When the loopback cannot be listened on.
    pub async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let shared = Shared { origin: format!("http://127.0.0.1:{port}"), state: Watched::new(State::new()) };
        let teams = Self(Arc::new(shared));
        let router = login::router(teams.clone()).merge(service::router(teams.clone()));
        tokio::spawn(async move { axum::serve(listener, router).await });
        teams
    }

    /// For `TEAMS_LOGIN_URL`.
    pub fn login_url(&self) -> String {
        format!("{}/login", self.0.origin)
    }
    /// For `TEAMS_OPENID_URL`.
    pub fn openid_url(&self) -> String {
        format!("{}/openid/configuration", self.0.origin)
    }
    /// For `TEAMS_SERVICE_URL`; also what activities say.
    pub fn service_url(&self) -> String {
        format!("{}/teams", self.0.origin)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.held()
    }

    fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        self.0.state.change(change)
    }
}
