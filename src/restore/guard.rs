//! Watches the database for the server: judges it at the start, remembers it while it goes on, waits out a quarantine.

use super::{
    Judgement, Memory, RestoreError, Sidecar,
    evidence::{judge, leaf_of},
};
use crate::{
    audit::{checkpoints::last_statement, health::TrailHealth, note::Verifier},
    lifecycle::Stopping,
    store::Store,
};
use ring::rand::{SecureRandom, SystemRandom};
use std::{path::Path, sync::Arc, time::Duration};

/// Between two looks.
const EVERY: Duration = Duration::from_secs(1);

/// Stands between a database and everything that would act on it.
pub struct Guard {
    store: Arc<dyn Store>,
    sidecar: Sidecar,
    trail: TrailHealth,
    remembered: Option<Memory>,
}

impl Guard {
    /// Judges the database. When it is doubtful, that is put on record in it, so that every replica stops and a restart
    /// changes nothing, and `trail` refuses whatever the writer is asked.
    pub async fn open(
        store: Arc<dyn Store>,
        sidecar: Sidecar,
        checkpoints: &Path,
        verifier: &Verifier,
        trail: TrailHealth,
    ) -> Result<Self, RestoreError> {
        let memory = sidecar.read()?;
        let signed = last_statement(checkpoints, verifier).await;
        let signed =
            signed.map_err(|error| RestoreError::Checkpoints { path: checkpoints.display().to_string(), error })?;
        match judge(store.as_ref(), memory.as_ref(), signed.as_ref()).await? {
            Judgement::Fits => {}
            Judgement::First => store.found_instance(&name(), 1).await?,
            Judgement::Doubtful(why) => {
                store.found_instance(&name(), 1).await?;
                let known = [memory.map_or(0, |m| m.epoch), signed.map_or(0, |s| s.epoch as i64)];
                store.quarantine(&why, known.into_iter().max().unwrap_or(0)).await?;
            }
        }
        let mut guard = Self { store, sidecar, trail, remembered: None };
        match guard.quarantine().await? {
            Some(why) => {
                guard.trail.quarantine();
                tracing::error!(
                    why,
                    "QUARANTINE: nothing is granted, revoked, decided or sent until an operator confirms this database; \
                     hint: `countersign restore report`, then `countersign restore confirm`"
                );
            }
            None => guard.adopt().await?,
        }
        Ok(guard)
    }

    /// Returns once an operator has confirmed the database, at once if nobody has to, or when the server stops.
    pub async fn released(&mut self, stopping: &Stopping) {
        while self.trail.is_quarantined() && !stopping.now() {
            match self.quarantine().await {
                Ok(None) => match self.adopt().await {
                    Ok(()) => tracing::warn!("the quarantine is over: an operator confirmed the database"),
                    Err(error) => tracing::error!(%error, "the database was confirmed, but cannot be remembered"),
                },
                Ok(Some(_)) => {}
                Err(error) => tracing::warn!(%error, "the quarantine cannot be looked at; trying again"),
            }
            if self.trail.is_quarantined() {
                tokio::select! {
                    () = tokio::time::sleep(EVERY) => {}
                    () = stopping.clone().wait() => {}
                }
            }
        }
    }

    /// Remembers how the trail goes on. Returns only when it does not: then nothing may go on.
    pub async fn watch(mut self) -> RestoreError {
        loop {
            tokio::time::sleep(EVERY).await;
            match self.look().await {
                Ok(()) => {}
                // A database that is away comes back; a file that cannot be written is tried again.
                Err(error @ (RestoreError::Store(_) | RestoreError::File { .. })) => {
                    tracing::warn!(%error, "the database could not be remembered; trying again");
                }
                Err(error) => return error,
            }
        }
    }

    async fn look(&mut self) -> Result<(), RestoreError> {
        let known = self.remembered.clone();
        let confirmed_meanwhile = match (self.store.instance().await?, &known) {
            (Some(instance), Some(known)) => instance.quarantine.is_some() || instance.epoch > known.epoch,
            _ => false,
        };
        let before = self.trail.length();
        let goes_on = self.trail.goes_on(before, &self.store.audit_head().await?);
        match judge(self.store.as_ref(), known.as_ref(), None).await? {
            Judgement::Fits if goes_on && !confirmed_meanwhile => self.remember().await,
            Judgement::Doubtful(why) => {
                self.trail.quarantine();
                self.store.found_instance(&name(), 1).await?;
                self.store.quarantine(&why, known.map_or(0, |m| m.epoch)).await?;
                Err(RestoreError::WentBack)
            }
            _ => {
                self.trail.quarantine();
                self.store.quarantine("the audit trail became shorter", known.map_or(0, |m| m.epoch)).await?;
                Err(RestoreError::WentBack)
            }
        }
    }

    async fn quarantine(&self) -> Result<Option<String>, RestoreError> {
        Ok(self.store.instance().await?.and_then(|instance| instance.quarantine))
    }

    /// From here on this database is the one.
    async fn adopt(&mut self) -> Result<(), RestoreError> {
        self.remembered = None;
        self.remember().await?;
        self.trail.release(self.remembered.as_ref().map_or(0, |memory| memory.size));
        Ok(())
    }

    async fn remember(&mut self) -> Result<(), RestoreError> {
        let Some(instance) = self.store.instance().await? else { return Ok(()) };
        let size = self.store.audit_head().await?.size;
        if self.remembered.as_ref().is_some_and(|m| (m.size, m.epoch) == (size, instance.epoch)) {
            return Ok(());
        }
        let leaf = leaf_of(self.store.as_ref(), size).await?;
        let memory = Memory { id: instance.id, epoch: instance.epoch, size, leaf };
        let (sidecar, written) = (self.sidecar.clone(), memory.clone());
        let done = tokio::task::spawn_blocking(move || sidecar.write(&written)).await;
        done.unwrap_or_else(|crash| std::panic::resume_unwind(crash.into_panic()))?;
        self.remembered = Some(memory);
        Ok(())
    }
}

/// A name for an installation.
fn name() -> String {
    let mut name = [0_u8; 16];
    // Without randomness two installations may have one name; the trail still tells them apart.
    let _ = SystemRandom::new().fill(&mut name);
    hex::encode(name)
}
