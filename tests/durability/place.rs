//! Where a server keeps things: its database, keys, checkpoints and policy outlive the process.

use crate::{organisation, target::Target};
use countersign::store::{self, Store};
use std::{path::PathBuf, process::Command, sync::Arc};
use tempfile::TempDir;

/// A directory, and the database that belongs to it.
pub struct Place {
    dir: TempDir,
    pub database: String,
    /// Where `role-*` are real.
    pub target: Option<Target>,
    /// More settings for every process that starts here.
    pub settings: Vec<(String, String)>,
}

impl Place {
    /// With a database in a file of the directory.
    pub fn sqlite() -> Self {
        let place = Self::at(String::new());
        let database = format!("sqlite://{}", place.path("server.db").display());
        Self { database, ..place }
    }

    /// With a database elsewhere.
    pub fn at(database: String) -> Self {
        let place = Self { dir: tempfile::tempdir().unwrap(), database, target: None, settings: Vec::new() };
        std::fs::write(place.path("policy.toml"), organisation::policy(None)).unwrap();
        place
    }

    /// The same, with roles on a real PostgreSQL where the environment names one.
    pub async fn with_target(self) -> Self {
        let target = Target::new().await;
        self.granting_on(target)
    }

    /// The same, with roles on this PostgreSQL.
    pub fn granting_on(mut self, target: Option<Target>) -> Self {
        self.target = target;
        std::fs::write(self.path("policy.toml"), organisation::policy(self.target.as_ref())).unwrap();
        self
    }

    /// The same, with this after the policy.
    pub fn with_policy(self, more: &str) -> Self {
        let policy = organisation::policy(self.target.as_ref());
        std::fs::write(self.path("policy.toml"), policy + more).unwrap();
        self
    }

    pub fn set(&mut self, name: &str, value: &str) {
        self.settings.push((name.to_owned(), value.to_owned()));
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// The binary itself, with settings that point here and none of this process's own.
    pub fn countersign(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_countersign"));
        command.current_dir(self.dir.path()).env_clear().env("DATABASE_URL", &self.database);
        command.env("COUNTERSIGN_POLICY", self.path("policy.toml"));
        command.env("COUNTERSIGN_KEY_FILE", self.path("server.key"));
        command.env("COUNTERSIGN_CHECKPOINTS", self.path("checkpoints"));
        command.env("COUNTERSIGN_INSTANCE_FILE", self.path("instance"));
        // The trail bears this name, wherever a process listens.
        command.env("COUNTERSIGN_PUBLIC_URL", "http://countersign.test");
        command.env("TARGET_PASSWORD", self.target.as_ref().map(Target::password).unwrap_or_default());
        command.envs(self.settings.iter().map(|(name, value)| (name, value)));
        command
    }

    /// `countersign audit verify`, which must be content.
    pub fn verify(&self) {
        let done = self.countersign().args(["audit", "verify"]).output().unwrap();
        let (out, err) = (String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
        assert!(done.status.success() && out.contains("the trail is whole"), "{out}\n{err}");
        assert!(self.path("checkpoints").exists(), "the second place was never written to");
    }

    pub async fn store(&self) -> Arc<dyn Store> {
        store::open(&self.database).await.unwrap()
    }
}
