//! Tokens, sessions, login links and link codes: made here, kept only as hashes.

use crate::{
    clock::Clock,
    store::{Store, StoreError},
};
use countersign_engine::{id::PersonId, person::Account, time::Timestamp};
use std::sync::Arc;

/// Makes and checks credentials. Clones share it.
#[derive(Clone)]
pub struct Credentials {
    store: Arc<dyn Store>,
    clock: Clock,
    /// `demo:<person id>` is a token (demo mode only).
    demo: bool,
}

impl Credentials {
    /// `demo` also takes `demo:<person id>` as a token.
    pub fn new(store: Arc<dyn Store>, clock: Clock, demo: bool) -> Self {
        Self { store, clock, demo }
    }
    /// Makes a personal API token, prefixed `csn_`; it is shown this once. Expires after 90 days at most (THREATS E04).
    pub async fn new_token(&self, _person: &PersonId, _label: &str) -> Result<String, StoreError> {
        todo!()
    }
    /// Whose token this is. The person may be deactivated: the service looks.
    pub async fn token_owner(&self, _token: &str) -> Result<Option<PersonId>, StoreError> {
        let _ = (self.demo, &self.store, &self.clock);
        todo!()
    }
    /// Makes a one-time login code, good for 10 minutes; `GET /login/{code}` asks, `POST` takes it.
    pub async fn new_login(&self, _person: &PersonId) -> Result<String, StoreError> {
        todo!()
    }
    /// Uses a login code up and makes a session: 8 h absolute, 30 min idle. The answer is the cookie's value.
    pub async fn log_in(&self, _code: &str) -> Result<Option<(String, PersonId)>, StoreError> {
        todo!()
    }
    /// Makes a session without a login code: the demo's switcher.
    pub async fn new_session(&self, _person: &PersonId) -> Result<String, StoreError> {
        todo!()
    }
    /// Whose session this is; moves its idle expiry.
    pub async fn session_owner(&self, _session: &str) -> Result<Option<PersonId>, StoreError> {
        todo!()
    }
    /// Ends a session.
    pub async fn log_out(&self, _session: &str) -> Result<(), StoreError> {
        todo!()
    }
    /// Makes a link code for a chat account: 8 characters without look-alikes, 10 minutes, single use.
    pub async fn new_link(&self, _account: &Account) -> Result<(String, Timestamp), StoreError> {
        todo!()
    }
    /// The account that a link code is for, without using the code up: what the confirm page shows.
    pub async fn link_account(&self, _code: &str) -> Result<Option<Account>, StoreError> {
        todo!()
    }
    /// Uses a link code up and binds its account to the signed-in person.
    pub async fn finish_link(&self, _code: &str, _person: &PersonId) -> Result<Option<Account>, StoreError> {
        todo!()
    }
}
