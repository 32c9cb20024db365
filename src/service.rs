//! Implements [`ApprovalEngine`]: from callers to people, from people to the writer.

use crate::{clock::Clock, store::Store, writer::Writer};
use async_trait::async_trait;
use countersign_engine::{
    command::{Command, Draft},
    id::{PersonId, RequestId},
    policy::Policy,
    ports::{ApprovalEngine, Caller, EngineError, Filter, LinkCode, Offer, Page, Question},
    request::Request,
    view::RequestView,
    workflow::Explanation,
};
use std::sync::{Arc, RwLock};
use tokio::sync::broadcast;

/// The policy in force. Clones share it.
#[derive(Clone, Default)]
pub struct PolicyHandle(Arc<RwLock<Arc<Policy>>>);

impl PolicyHandle {
    /// Holds a policy.
    pub fn new(policy: Policy) -> Self {
        Self(Arc::new(RwLock::new(Arc::new(policy))))
    }
    /// The newest.
    pub fn get(&self) -> Arc<Policy> {
        self.0.read().unwrap_or_else(|poisoned| poisoned.into_inner()).clone()
    }
    /// Replaces it.
    pub fn set(&self, policy: Policy) {
        *self.0.write().unwrap_or_else(|poisoned| poisoned.into_inner()) = Arc::new(policy);
    }
}

/// The engine as adapters, the API and the console use it. Clones share it.
#[derive(Clone)]
pub struct Service {
    /// The policy in force.
    pub policy: PolicyHandle,
    /// The present.
    pub clock: Clock,
    /// For reading.
    pub store: Arc<dyn Store>,
    /// For deciding.
    pub writer: Writer,
    /// Where people reach the console, without a slash at the end.
    pub public_url: String,
}

impl Service {
    /// The person behind a caller, if they may do anything at all.
    pub fn person(&self, _caller: &Caller) -> Result<PersonId, EngineError> {
        todo!()
    }
    /// May this person see this request? Requester, holder, voters, potential approvers, owners, auditors.
    pub fn may_see(&self, _person: &PersonId, _request: &Request) -> bool {
        todo!()
    }
    /// Ids of requests as they change, for live pages.
    pub fn changes(&self) -> broadcast::Receiver<RequestId> {
        self.writer.changes()
    }
}

#[async_trait]
impl ApprovalEngine for Service {
    async fn catalog(&self, _caller: &Caller) -> Result<Vec<Offer>, EngineError> {
        todo!()
    }
    async fn submit(&self, _caller: &Caller, _key: &str, _draft: Draft) -> Result<RequestView, EngineError> {
        todo!()
    }
    async fn act(
        &self,
        _caller: &Caller,
        _key: &str,
        _id: &str,
        _command: Command,
    ) -> Result<RequestView, EngineError> {
        todo!()
    }
    async fn get(&self, _caller: &Caller, _id: &str) -> Result<RequestView, EngineError> {
        todo!()
    }
    async fn list(&self, _caller: &Caller, _filter: Filter) -> Result<Page<RequestView>, EngineError> {
        todo!()
    }
    async fn explain(&self, _caller: &Caller, _question: Question) -> Result<Explanation, EngineError> {
        todo!()
    }
    async fn link(&self, _caller: &Caller) -> Result<LinkCode, EngineError> {
        todo!()
    }
}
