//! The one place that decides and commits: group commit by a single task (decision 3).
//!
//! Handlers hand their intent to the task and wait for the answer; they never own a transaction, so a client that hangs
//! up cannot cancel one halfway (the driver would leave the connection inside it). The task takes everything that waits, decides in order on the pure core and
//! commits it at once: the longer a flush takes, the larger the next batch.

mod deciding;
mod names;
mod rows;
mod task;

use crate::{
    audit::health::TrailHealth, clock::Clock, entropy::Entropy, metrics::Metrics, policy::PolicyHandle, store::Store,
};
use countersign_engine::{
    command::{Command, Draft},
    decide::{Held, Report},
    id::{PersonId, RequestId},
    ports::EngineError,
    request::{Request, Via},
};
use std::sync::Arc;
use tokio::sync::{broadcast, mpsc, oneshot};

/// What somebody wants decided.
#[derive(Debug, Clone)]
pub enum Intent {
    /// A person asks.
    Open {
        /// Who.
        requester: PersonId,
        /// How it reached us.
        via: Via,
        /// What.
        draft: Draft,
        /// Makes it repeatable.
        key: Option<Key>,
    },
    /// A person does something with a request.
    Act {
        /// Which.
        request: RequestId,
        /// Who.
        actor: PersonId,
        /// How it reached us.
        via: Via,
        /// What.
        command: Command,
        /// Makes it repeatable.
        key: Option<Key>,
    },
    /// An alarm rang.
    Ring {
        /// Whose.
        request: RequestId,
    },
    /// A connector reported.
    Settle {
        /// On which request's grant.
        request: RequestId,
        /// What.
        report: Report,
    },
    /// The database was restored, and this is what the target holds.
    Recover {
        /// The request to judge.
        request: RequestId,
        /// What its target holds.
        held: Held,
        /// Who confirmed the restore, at a terminal.
        by: PersonId,
    },
    /// The policy changed.
    Reassess {
        /// The request to judge anew.
        request: RequestId,
    },
}

impl Intent {
    /// Could it lead to access that nobody has yet? What takes access away never waits for anything.
    fn leads_to_access(&self) -> bool {
        matches!(self, Self::Open { .. } | Self::Act { command: Command::Approve { .. }, .. })
    }

    /// A word for the log: people's own words never go there.
    fn kind(&self) -> &'static str {
        match self {
            Self::Open { .. } => "open",
            Self::Act { .. } => "act",
            Self::Ring { .. } => "ring",
            Self::Settle { .. } => "settle",
            Self::Reassess { .. } => "reassess",
            Self::Recover { .. } => "recover",
        }
    }
}

/// Makes a call repeatable: the same caller with the same key gets the first answer again.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Key {
    /// Who called.
    pub caller: String,
    /// Their word for the call.
    pub key: String,
}

/// An intent on its way, with the place for its answer.
struct Item {
    intent: Intent,
    answer: oneshot::Sender<Answer>,
}

type Answer = Result<Request, EngineError>;

/// Intents that may wait. Beyond it callers wait before they may hand theirs over.
const QUEUE: usize = 4_096;
/// Changes that a slow listener may be behind before it misses some.
const CHANGES: usize = 1_024;

/// Hands intents to the writer task. Clones share it.
#[derive(Clone)]
pub struct Writer {
    queue: mpsc::Sender<Item>,
    changes: broadcast::Sender<RequestId>,
}

impl Writer {
    /// Starts the writer task. It ends when all clones of the writer are dropped.
    pub fn start(
        store: Arc<dyn Store>,
        policy: PolicyHandle,
        clock: Clock,
        entropy: Entropy,
        metrics: Metrics,
        trail: TrailHealth,
    ) -> Self {
        let (queue, waiting) = mpsc::channel(QUEUE);
        let (changes, _) = broadcast::channel(CHANGES);
        let task = task::Task { store, policy, clock, entropy, metrics, trail, changes: changes.clone() };
        tokio::spawn(task.run(waiting));
        Self { queue, changes }
    }

    /// The request as it is after the intent was committed; unchanged for alarms and reports that found nothing to do.
    pub async fn submit(&self, intent: Intent) -> Answer {
        let (answer, reply) = oneshot::channel();
        let gone = || EngineError::Unavailable("the server is shutting down".into());
        self.queue.send(Item { intent, answer }).await.map_err(|_| gone())?;
        reply.await.map_err(|_| gone())?
    }

    /// Ids of requests as they change.
    pub fn changes(&self) -> broadcast::Receiver<RequestId> {
        self.changes.subscribe()
    }

    /// Could something be decided now? Goes the way of every intent, the database's lock included, and changes nothing.
    pub async fn probe(&self) -> Result<(), EngineError> {
        // No request has an empty id.
        match self.submit(Intent::Ring { request: RequestId::new("") }).await {
            Err(fault @ EngineError::Unavailable(_)) => Err(fault),
            Ok(_) | Err(EngineError::Refused(_)) => Ok(()),
        }
    }
}
