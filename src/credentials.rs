//! Tokens, sessions, login links and link codes: made here, kept only as hashes (THREATS E04).

use crate::{
    clock::Clock,
    store::{Binding, Credential, CredentialKind, Result, Store, StoreError},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use countersign_engine::{id::PersonId, person::Account, time::Timestamp};
use ring::{
    digest,
    rand::{SecureRandom, SystemRandom},
};
use std::sync::Arc;

/// A token is good for this long at most.
const TOKEN_LIFE: TimeDelta = TimeDelta::days(90);
/// A login link and a link code are good for this long.
const CODE_LIFE: TimeDelta = TimeDelta::minutes(10);
/// A session ends this long after it began ...
const SESSION_LIFE: TimeDelta = TimeDelta::hours(8);
/// ... or this long after it was last used.
const SESSION_IDLE: TimeDelta = TimeDelta::minutes(30);
/// The demo moves its clock by hours; nobody there wants to sign in anew for it.
const DEMO_SESSION: TimeDelta = TimeDelta::days(365);
/// Without vowels and look-alikes (RFC 8628, section 6.1).
const CODE_LETTERS: &[u8; 20] = b"BCDFGHJKLMNPQRSTVWXZ";
const CODE_LENGTH: usize = 8;
const TOKEN_PREFIX: &str = "csn_";
const DEMO_PREFIX: &str = "demo:";

/// Makes and checks credentials. Clones share it.
#[derive(Clone)]
pub struct Credentials {
    store: Arc<dyn Store>,
    clock: Clock,
    demo: bool,
}

impl Credentials {
    /// `demo` also takes `demo:<person id>` as a token, and lets sessions outlive a moved clock.
    pub fn new(store: Arc<dyn Store>, clock: Clock, demo: bool) -> Self {
        Self { store, clock, demo }
    }

    /// Makes a personal API token, prefixed `csn_` so that scanners find it; it is shown this once.
    pub async fn new_token(&self, person: &PersonId, label: &str) -> Result<String> {
        let token = format!("{TOKEN_PREFIX}{}", random()?);
        self.keep(CredentialKind::Token, &token, person.as_str(), label, TOKEN_LIFE).await?;
        Ok(token)
    }

    /// Whose token this is. The person may be deactivated: the service looks.
    pub async fn token_owner(&self, token: &str) -> Result<Option<PersonId>> {
        if let Some(person) = token.strip_prefix(DEMO_PREFIX) {
            return Ok(self.demo.then(|| PersonId::new(person)));
        }
        if !token.starts_with(TOKEN_PREFIX) {
            return Ok(None);
        }
        let found = self.store.credential(CredentialKind::Token, &hash(token), self.clock.now()).await?;
        Ok(found.map(|c| PersonId::new(c.subject)))
    }

    /// A person's tokens, for people to see and revoke: hashes, labels, dates.
    pub async fn tokens_of(&self, person: &PersonId) -> Result<Vec<Credential>> {
        self.store.credentials_of(CredentialKind::Token, person.as_str()).await
    }

    /// Revokes a token of this person's, named by its hash; `false` when they have no such token.
    pub async fn revoke_token(&self, person: &PersonId, hash: &str) -> Result<bool> {
        let theirs = self.tokens_of(person).await?;
        match theirs.iter().any(|c| c.hash == hash) {
            true => self.store.remove_credential(CredentialKind::Token, hash).await,
            false => Ok(false),
        }
    }

    /// Makes a one-time login code, good for 10 minutes. Showing its page uses nothing up; only pressing does.
    pub async fn new_login(&self, person: &PersonId) -> Result<String> {
        let code = random()?;
        self.keep(CredentialKind::Login, &code, person.as_str(), "login link", CODE_LIFE).await?;
        Ok(code)
    }

    /// Uses a login code up and makes a session. The answer is the cookie's value.
    pub async fn log_in(&self, code: &str) -> Result<Option<(String, PersonId)>> {
        match self.store.consume_credential(CredentialKind::Login, &hash(code), self.clock.now()).await? {
            Some(login) => {
                let person = PersonId::new(login.subject);
                Ok(Some((self.new_session(&person).await?, person)))
            }
            None => Ok(None),
        }
    }

    /// Makes a session without a login code: the demo's switcher, and sign-in by other means.
    pub async fn new_session(&self, person: &PersonId) -> Result<String> {
        let session = random()?;
        let life = if self.demo { DEMO_SESSION } else { SESSION_IDLE };
        self.keep(CredentialKind::Session, &session, person.as_str(), "console", life).await?;
        Ok(session)
    }

    /// Whose session this is; being asked counts as use.
    pub async fn session_owner(&self, session: &str) -> Result<Option<PersonId>> {
        self.session_behind(&hash(session)).await
    }

    /// What a session is known by where nobody may sign in with it: its hash.
    pub fn session_mark(session: &str) -> String {
        hash(session)
    }

    /// Whose session this mark stands for, while it lives; being asked counts as use.
    pub async fn session_behind(&self, mark: &str) -> Result<Option<PersonId>> {
        let now = self.clock.now();
        let Some(found) = self.store.credential(CredentialKind::Session, mark, now).await? else { return Ok(None) };
        let expires_at = (now + SESSION_IDLE).min(found.created_at + SESSION_LIFE);
        // Once a minute is enough; a write for each page view would be waste.
        if expires_at - found.expires_at > TimeDelta::minutes(1) {
            self.store.touch_credential(CredentialKind::Session, mark, now, expires_at).await?;
        }
        Ok(Some(PersonId::new(found.subject)))
    }

    /// Ends a session.
    pub async fn log_out(&self, session: &str) -> Result<()> {
        self.store.remove_credential(CredentialKind::Session, &hash(session)).await.map(drop)
    }

    /// Makes a link code for a chat account, shown only to that account (THREATS A03). Single use, 10 minutes.
    pub async fn new_link(&self, account: &Account) -> Result<(String, Timestamp)> {
        let code = code()?;
        let subject = serde_json::to_string(account).map_err(|e| StoreError::Corrupt(e.to_string()))?;
        let expires_at = self.keep(CredentialKind::Link, &code, &subject, "link code", CODE_LIFE).await?;
        let (left, right) = code.split_at(CODE_LENGTH / 2);
        Ok((format!("{left}-{right}"), expires_at))
    }

    /// The account that a link code is for, without using the code up: what the confirm page shows.
    pub async fn link_account(&self, code: &str) -> Result<Option<Account>> {
        let found = self.store.credential(CredentialKind::Link, &hash(&typed(code)), self.clock.now()).await?;
        found.map(|c| account(&c.subject)).transpose()
    }

    /// Uses a link code up and binds its account to the signed-in person.
    pub async fn finish_link(&self, code: &str, person: &PersonId) -> Result<Option<Account>> {
        let now = self.clock.now();
        let Some(found) = self.store.consume_credential(CredentialKind::Link, &hash(&typed(code)), now).await? else {
            return Ok(None);
        };
        let account = account(&found.subject)?;
        self.store.bind(&Binding { account: account.clone(), person: person.clone(), at: now }).await?;
        Ok(Some(account))
    }

    async fn keep(
        &self,
        kind: CredentialKind,
        secret: &str,
        subject: &str,
        label: &str,
        life: TimeDelta,
    ) -> Result<Timestamp> {
        let created_at = self.clock.now();
        let expires_at = created_at + life;
        let (hash, subject, label) = (hash(secret), subject.to_owned(), label.to_owned());
        self.store
            .put_credential(&Credential { kind, hash, subject, label, created_at, expires_at, used_at: None })
            .await?;
        Ok(expires_at)
    }
}

fn account(subject: &str) -> Result<Account> {
    serde_json::from_str(subject).map_err(|e| StoreError::Corrupt(format!("a link code's account: {e}")))
}

/// A code as people type it: in any case, with or without the hyphen.
fn typed(code: &str) -> String {
    code.chars().filter(char::is_ascii_alphabetic).map(|c| c.to_ascii_uppercase()).take(CODE_LENGTH + 1).collect()
}

fn hash(secret: &str) -> String {
    hex::encode(digest::digest(&digest::SHA256, secret.as_bytes()))
}

/// 256 bits, as text for URLs and cookies.
fn random() -> Result<String> {
    let mut bytes = [0_u8; 32];
    fill(&mut bytes)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

fn code() -> Result<String> {
    let mut letters = String::with_capacity(CODE_LENGTH);
    while letters.len() < CODE_LENGTH {
        let mut byte = [0_u8; 1];
        fill(&mut byte)?;
        // 240 is the largest multiple of 20 in a byte: taking more would favour the first letters.
        if byte[0] < 240 {
            letters.push(char::from(CODE_LETTERS[usize::from(byte[0]) % CODE_LETTERS.len()]));
        }
    }
    Ok(letters)
}

fn fill(bytes: &mut [u8]) -> Result<()> {
    SystemRandom::new().fill(bytes).map_err(|_| StoreError::Unavailable("the system has no randomness".into()))
}
