//! The world of one life: what outlives processes, and the process that runs in it now.

use crate::{
    backend::Backend,
    chance::Chance,
    chat::Chat,
    faults::Faults,
    faulty::Faulty,
    mutex::Locked,
    organisation::{self, Organisation},
    target::{Flaw, Target},
    wish::{Answer, Wish},
};
use chrono::TimeDelta;
use countersign::{
    app::{App, Parts},
    audit::{checkpoints::Checkpoints, note::Signer},
    bots::Bots,
    clock::Clock,
    entropy::Entropy,
    policy::PolicyHandle,
    service::{Scoped, Service},
    store::{Binding, Lane, Store, StoreError},
    upkeep,
    vault::Vault,
};
use countersign_engine::{
    person::{Account, Platform},
    ports::Connector,
    time::Timestamp,
};
use std::{path::PathBuf, sync::Arc};

/// The name of the trail, and the key that signs it.
pub const ORIGIN: &str = "simulation/audit";
const KEY: [u8; 32] = [2; 32];

/// Everything there is.
pub struct World {
    /// The one clock.
    pub clock: Clock,
    /// What goes wrong.
    pub faults: Faults,
    /// The database.
    pub backend: Backend,
    /// What gives access.
    pub targets: Vec<Target>,
    /// Where people are.
    pub chats: Vec<Chat>,
    /// Who they are.
    pub organisation: Organisation,
    /// What clients were told, in order.
    pub answers: Locked<Vec<Answer>>,
    /// Processes that began.
    pub processes: u64,
    entropy: Entropy,
    place: tempfile::TempDir,
    place_is_gone: bool,
    process: Option<Process>,
}

struct Process {
    app: App,
    checkpoints: Option<Checkpoints>,
    store: std::sync::Weak<Faulty>,
}

/// Part of what a process does by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Rings alarms.
    Timers,
    /// Takes access away.
    Revoke,
    /// Gives access.
    Grant,
    /// Tells people.
    Deliver,
}

/// Monday, 23 November 2026, 10:00 UTC.
pub fn start() -> Timestamp {
    Timestamp::UNIX_EPOCH + TimeDelta::seconds(1_795_428_000)
}

impl World {
    /// A world in which no process has begun.
    pub fn new(seed: u64, backend: Backend, flaw: Flaw) -> std::io::Result<Self> {
        let (clock, faults) = (Clock::fixed(start()), Faults::new(seed));
        let target = |name| Target::new(name, faults.clone(), clock.clone(), flaw);
        let chat = |platform| Chat::new(platform, faults.clone(), clock.clone());
        let names = Locked::of(Chance::new(seed, 3));
        let entropy = Entropy::from_source(move |bytes| {
            let mut chance = names.lock();
            bytes.chunks_mut(8).for_each(|part| part.copy_from_slice(&chance.number().to_be_bytes()[..part.len()]));
            true
        });
        let shm = std::path::Path::new("/dev/shm");
        let place = if shm.is_dir() { tempfile::tempdir_in(shm)? } else { tempfile::tempdir()? };
        Ok(Self {
            targets: vec![target("target-0"), target("target-1")],
            chats: vec![chat(Platform::Slack), chat(Platform::Discord)],
            organisation: Organisation::drawn(&mut Chance::new(seed, 1)),
            answers: Locked::default(),
            processes: 0,
            entropy,
            place,
            place_is_gone: false,
            process: None,
            clock,
            faults,
            backend,
        })
    }

    /// The present.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The process is gone, with all that it had in mind; the next one begins on what is in the database.
    pub async fn begin(&mut self) {
        loop {
            let old = self.process.take().map(|process| process.store.clone());
            self.faults.next_process();
            if let Some(old) = old {
                is_over(&old).await;
            }
            self.backend.reopen().unwrap_or_else(|error| panic!("the database cannot be opened: {error}"));
            self.processes += 1;
            self.process = Some(self.made());
            let service = self.service();
            let ready = async move {
                let _ = upkeep::reassess(&service).await;
                let _ = service.refresh_links().await;
                let _ = service.refresh_preferences().await;
            };
            if self.during(ready).await.is_some() {
                return;
            }
        }
    }

    fn made(&self) -> Process {
        let faulty = Arc::new(Faulty::new(self.backend.bare(), self.backend.runs(), self.faults.clone()));
        let store: Arc<dyn Store> = faulty.clone();
        let signer = || Signer::new(ORIGIN, &KEY).unwrap_or_else(|| panic!("the key is one"));
        let connectors = self.targets.iter().map(|t| (t.name().to_owned(), Arc::new(t.clone()) as Arc<dyn Connector>));
        let bots = self.chats.iter().fold(Bots::default(), |bots, chat| bots.with(Arc::new(chat.clone())));
        let parts = Parts {
            store: store.clone(),
            policy: PolicyHandle::new(self.organisation.policy()),
            clock: self.clock.clone(),
            demo: false,
            public_url: "https://countersign.example".into(),
            vault: Vault::new(&[1; 32]).unwrap_or_else(|_| panic!("the key is one")),
            signer: signer(),
            checkpoints: self.checkpoint_file(),
            connectors: connectors.collect(),
            bots,
        };
        let app = App::with_entropy(parts, self.entropy.clone());
        let checkpoints = Checkpoints::new(store, self.clock.clone(), signer(), self.checkpoint_file());
        let checkpoints = Some(checkpoints.reporting(app.web.trail.clone()));
        Process { app, checkpoints, store: Arc::downgrade(&faulty) }
    }

    fn process(&self) -> &Process {
        self.process.as_ref().unwrap_or_else(|| panic!("no process runs"))
    }

    /// The service of the process that runs.
    pub fn service(&self) -> Service {
        self.process().app.web.service.clone()
    }

    /// Does something in the process; `None` when it died meanwhile, and the next one has to begin.
    async fn during<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        let done = tokio::select! {
            biased;
            done = work => Some(done),
            () = self.faults.death() => None,
        };
        done.filter(|_| !self.faults.is_dead())
    }

    async fn and_begin_again<T>(&mut self, done: Option<T>) -> Option<T> {
        if done.is_none() {
            self.begin().await;
        }
        done
    }

    /// One part of the process works on what is due; how much that was, `None` when the database or the process failed.
    pub async fn part(&mut self, part: Part) -> Option<usize> {
        let done = {
            let App { timers, grants, outbox, .. } = &self.process().app;
            let work = async {
                match part {
                    Part::Timers => timers.ring_due().await.ok(),
                    Part::Revoke => grants.work(Lane::Revoke).await.ok(),
                    Part::Grant => grants.work(Lane::Grant).await.ok(),
                    Part::Deliver => outbox.work().await.ok(),
                }
            };
            self.during(work).await
        };
        self.and_begin_again(done).await.flatten()
    }

    /// What several people want reaches the process at once. What each was told stands in `answers`.
    pub async fn hears(&mut self, wishes: Vec<Wish>) {
        let (service, answers) = (self.service(), self.answers.clone());
        let all = async move {
            let (service, answers) = (&service, &answers);
            let each = wishes.into_iter().map(|wish| async move {
                let scoped = |platform| Scoped::new(service.clone(), platform);
                let answer = wish.put_to(service, scoped).await;
                answers.lock().push(answer);
            });
            futures_util::future::join_all(each).await;
        };
        let done = self.during(all).await;
        self.and_begin_again(done).await;
    }

    /// The organisation that stands in `organisation` is put in force.
    pub async fn reload(&mut self) {
        let (service, policy) = (self.service(), self.organisation.policy());
        let done = self.during(async move { upkeep::reload(&service, policy).await.is_ok() }).await;
        self.and_begin_again(done).await;
    }

    /// What upkeep does now and then.
    pub async fn upkeep(&mut self, sweep: bool) {
        let service = self.service();
        let done = self.during(async move {
            upkeep::round(&service, sweep).await;
        });
        let done = done.await;
        self.and_begin_again(done).await;
    }

    /// An account is bound by code, as another replica would do it; the process hears of it before anybody uses it.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn relink(&mut self, account: Account, owner: Option<usize>) -> Result<(), StoreError> {
        let store = self.backend.store();
        match owner {
            Some(person) => {
                let person = organisation::name(person).as_str().into();
                let binding = Binding { account: account.clone(), person, at: self.now() };
                store.bind(&binding).await?;
            }
            None => drop(store.unbind(&account).await?),
        }
        drop(store);
        match owner {
            Some(person) => drop(self.organisation.links.insert(account, person)),
            None => drop(self.organisation.links.remove(&account)),
        }
        loop {
            let service = self.service();
            let done = self.during(async move { service.refresh_links().await.is_ok() }).await;
            if self.and_begin_again(done).await == Some(true) {
                return Ok(());
            }
        }
    }

    /// A checkpoint is written, if there is something new.
    pub async fn checkpoint(&mut self) {
        let Some(mut checkpoints) = self.process.as_mut().and_then(|p| p.checkpoints.take()) else { return };
        let done = self
            .during(async move {
                let _ = checkpoints.write().await;
                checkpoints
            })
            .await;
        let kept = self.and_begin_again(done).await;
        if let (Some(process), Some(checkpoints)) = (&mut self.process, kept) {
            process.checkpoints = Some(checkpoints);
        }
    }

    fn checkpoint_file(&self) -> PathBuf {
        self.place.path().join("there").join("checkpoints")
    }

    /// Takes the checkpoints' second place away, or brings it back with all that was in it.
    pub fn checkpoint_place(&mut self, gone: bool) -> std::io::Result<()> {
        let (there, away) = (self.place.path().join("there"), self.place.path().join("away"));
        if gone && !self.place_is_gone {
            std::fs::create_dir_all(&there)?;
            std::fs::rename(&there, &away)?;
        } else if !gone {
            match self.place_is_gone {
                true => std::fs::rename(&away, &there)?,
                false => std::fs::create_dir_all(&there)?,
            }
        }
        self.place_is_gone = gone;
        Ok(())
    }

    /// The notes in the second place, as one text.
    pub fn checkpoints_outside(&self) -> String {
        std::fs::read_to_string(self.checkpoint_file()).unwrap_or_default()
    }

    /// Checks what the key signed.
    pub fn verifier(&self) -> countersign::audit::note::Verifier {
        Signer::new(ORIGIN, &KEY).unwrap_or_else(|| panic!("the key is one")).verifier()
    }
}

/// Waits until nothing of a dead process is left: its one task ends when nobody can send it anything.
async fn is_over(store: &std::sync::Weak<Faulty>) {
    for _ in 0..1_000 {
        if store.strong_count() == 0 {
            return;
        }
        tokio::task::yield_now().await;
    }
    panic!("a process that died left something behind");
}
