//! The one place that decides and commits: group commit by a single task (decision 3).

use crate::{clock::Clock, service::PolicyHandle, store::Store};
use countersign_engine::{
    command::{Command, Draft},
    decide::Report,
    id::{PersonId, RequestId},
    ports::EngineError,
    request::{Request, Via},
};
use std::sync::Arc;
use tokio::sync::broadcast;

/// What somebody wants decided.
#[derive(Debug, Clone)]
pub enum Intent {
    /// A person asks.
    Open { requester: PersonId, via: Via, draft: Draft, key: Option<Key> },
    /// A person does something with a request, named by id.
    Act { request: RequestId, actor: PersonId, via: Via, command: Command, key: Option<Key> },
    /// An alarm rang.
    Ring { request: RequestId },
    /// A connector reported.
    Settle { request: RequestId, report: Report },
    /// The policy changed.
    Reassess { request: RequestId },
}

/// Makes a call repeatable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// Who called.
    pub caller: String,
    /// Their word for the call.
    pub key: String,
}

/// Hands intents to the writer task. Clones share it.
#[derive(Clone)]
pub struct Writer {}

impl Writer {
    /// Starts the writer task. It ends when all clones of the writer are dropped.
    pub fn start(_store: Arc<dyn Store>, _policy: PolicyHandle, _clock: Clock) -> Self {
        todo!()
    }
    /// The request as it is after the intent was committed. `Ok` without change for alarms and reports that found nothing
    /// to do.
    pub async fn submit(&self, _intent: Intent) -> Result<Request, EngineError> {
        todo!()
    }
    /// Ids of requests as they change.
    pub fn changes(&self) -> broadcast::Receiver<RequestId> {
        todo!()
    }
}
