//! The shared world, with callers that have real tokens, sessions and headers of their own.

use crate::{
    client::Client,
    world::{self, Making},
};
use axum::Router;
use countersign::http::Web;
use countersign_engine::{
    id::PersonId,
    policy::Policy,
    time::{Length, Timestamp},
};
use countersign_kit::acme;
use std::collections::BTreeMap;

/// A server, with a token for everybody in its organisation.
pub struct World {
    /// What handlers share.
    pub web: Web,
    /// Everything that answers over HTTP.
    pub router: Router,
    tokens: BTreeMap<String, String>,
    world: world::World,
}

impl World {
    /// The demo organisation, served in earnest.
    pub async fn new() -> Self {
        Self::with(acme(), false).await
    }

    /// The same as a demo: `demo:<person>` is a token, and the clock can be moved over HTTP.
    pub async fn demo() -> Self {
        Self::with(acme(), true).await
    }

    /// Any organisation.
    pub async fn with(policy: Policy, demo: bool) -> Self {
        let people: Vec<PersonId> = policy.directory.everyone().map(|p| p.id.clone()).collect();
        let world = world::World::made(Making { policy, demo, ..Making::default() }).await;
        let web = world.app.web.clone();
        let mut tokens = BTreeMap::new();
        for person in &people {
            tokens.insert(person.to_string(), web.credentials.new_token(person, "test").await.expect("a token"));
        }
        Self { router: world.app.router(), web, tokens, world }
    }

    /// The moment.
    pub fn now(&self) -> Timestamp {
        self.world.now()
    }

    /// Moves the clock and lets everything happen that is due then.
    pub async fn advance(&self, by: Length) {
        self.world.advance(by).await;
    }

    /// Lets everything happen that is due.
    pub async fn settle(&self) {
        self.world.settle().await;
    }

    /// The REST API as this person, with their own token.
    pub fn api(&self, person: &str) -> Client<'_> {
        let token = self.tokens.get(person).unwrap_or_else(|| panic!("nobody is called {person}"));
        self.anonymous().with("authorization", &format!("Bearer {token}"))
    }

    /// The REST API without any credential.
    pub fn anonymous(&self) -> Client<'_> {
        Client::new(&self.router)
    }

    /// A signed-in browser of this person: the session cookie, and nothing else.
    pub async fn browser(&self, person: &str) -> Client<'_> {
        let session = self.web.credentials.new_session(&PersonId::new(person)).await.expect("a session");
        self.anonymous().with("cookie", &format!("countersign={session}"))
    }
}
