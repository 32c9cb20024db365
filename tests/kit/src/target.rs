//! A target in memory, with the ways in which real ones fail.

use async_trait::async_trait;
use countersign_engine::{
    grant::{Detail, Terms},
    ports::{Connector, ConnectorError, Delivery, Found, Observation, Outcome, Preflight, RevocationPromise, Secret},
    time::Timestamp,
};
use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

/// How a target behaves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mood {
    /// Does what it is asked.
    #[default]
    Well,
    /// Cannot be reached: nothing changes, and everybody knows.
    Down,
    /// Does what it is asked, but its answer is lost; cannot be read back either.
    Mute,
    /// Does what it is asked, but its answer is lost; can be read back.
    LosesAnswers,
    /// Says that it is done, and does nothing.
    Lies,
    /// Never answers at all.
    Hangs,
}

/// A target. Clones share it.
#[derive(Clone, Default)]
pub struct Target(Arc<Mutex<Inner>>);

#[derive(Default)]
struct Inner {
    mood: Mood,
    held: BTreeSet<String>,
    granted: u32,
    revoked: u32,
}

impl Target {
    /// One that does what it is asked.
    pub fn new() -> Self {
        Self::default()
    }
    /// Changes how it behaves from now on.
    pub fn becomes(&self, mood: Mood) {
        self.inner().mood = mood;
    }
    /// How many accesses it holds.
    pub fn held(&self) -> usize {
        self.inner().held.len()
    }
    /// Somebody takes everything away by hand.
    pub fn is_wiped(&self) {
        self.inner().held.clear();
    }
    /// Calls that asked it to grant, and to revoke.
    pub fn calls(&self) -> (u32, u32) {
        let inner = self.inner();
        (inner.granted, inner.revoked)
    }
    async fn hangs(&self) {
        let mood = self.inner().mood;
        if mood == Mood::Hangs {
            std::future::pending::<()>().await;
        }
    }
    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

#[async_trait]
impl Connector for Target {
    fn promise(&self) -> RevocationPromise {
        RevocationPromise { lag: Duration::ZERO, cuts_sessions: true }
    }

    async fn grant(&self, terms: &Terms, _until: Timestamp) -> Outcome<Delivery> {
        self.hangs().await;
        let mut inner = self.inner();
        inner.granted += 1;
        match inner.mood {
            Mood::Down => return Outcome::DefinitelyNot("connection refused".into()),
            Mood::Lies => {}
            Mood::Well | Mood::Mute | Mood::LosesAnswers | Mood::Hangs => {
                inner.held.insert(terms.target_name.clone());
            }
        }
        match inner.mood {
            Mood::Mute | Mood::LosesAnswers => Outcome::Unknown("no answer".into()),
            Mood::Well | Mood::Lies | Mood::Down | Mood::Hangs => Outcome::Done(Delivery {
                details: vec![Detail { label: "login".into(), value: terms.target_name.clone() }],
                secret: Some(Secret::new(format!("pass-{}", terms.target_name))),
            }),
        }
    }

    async fn revoke(&self, terms: &Terms) -> Outcome<()> {
        self.hangs().await;
        let mut inner = self.inner();
        inner.revoked += 1;
        match inner.mood {
            Mood::Down => return Outcome::DefinitelyNot("connection refused".into()),
            Mood::Lies => {}
            Mood::Well | Mood::Mute | Mood::LosesAnswers | Mood::Hangs => {
                inner.held.remove(&terms.target_name);
            }
        }
        match inner.mood {
            Mood::Mute | Mood::LosesAnswers => Outcome::Unknown("no answer".into()),
            Mood::Well | Mood::Lies | Mood::Down | Mood::Hangs => Outcome::Done(()),
        }
    }

    async fn observe(&self, terms: &Terms) -> Observation {
        self.hangs().await;
        let inner = self.inner();
        match inner.mood {
            Mood::Down | Mood::Mute => Observation::Unknown("connection refused".into()),
            Mood::Well | Mood::LosesAnswers | Mood::Lies | Mood::Hangs if inner.held.contains(&terms.target_name) => {
                Observation::Present
            }
            Mood::Well | Mood::LosesAnswers | Mood::Lies | Mood::Hangs => Observation::Absent,
        }
    }

    async fn list_ours(&self) -> Result<Vec<Found>, ConnectorError> {
        Ok(self.inner().held.iter().map(|name| Found { target_name: name.clone() }).collect())
    }

    async fn check(&self) -> Result<Preflight, ConnectorError> {
        Ok(Preflight { identity: "a target in memory".into(), problems: Vec::new() })
    }
}
