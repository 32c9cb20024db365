//! The engine as one bot gets it: it can speak for accounts of its own platform, and for nobody else.

use super::Service;
use async_trait::async_trait;
use countersign_engine::{
    command::{Command, Draft},
    person::Platform,
    ports::{ApprovalEngine, Caller, Catalog, EngineError, Filter, LinkCode, Page, Question},
    refusal::Refusal,
    view::RequestView,
    workflow::Explanation,
};

/// Refuses callers that a bot of this platform cannot have authenticated.
pub struct Scoped {
    service: Service,
    platform: Platform,
}

impl Scoped {
    /// For a bot of `platform`.
    pub fn new(service: Service, platform: Platform) -> Self {
        Self { service, platform }
    }

    fn own<'a>(&self, caller: &'a Caller) -> Result<&'a Caller, EngineError> {
        match caller {
            Caller::Account(account) if account.platform == self.platform => Ok(caller),
            _ => {
                tracing::error!(platform = self.platform.key(), ?caller, "a bot spoke for somebody it cannot know");
                Err(Refusal::NotLinked.into())
            }
        }
    }
}

#[async_trait]
impl ApprovalEngine for Scoped {
    async fn catalog(&self, caller: &Caller) -> Result<Catalog, EngineError> {
        self.service.catalog(self.own(caller)?).await
    }
    async fn submit(&self, caller: &Caller, key: &str, draft: Draft) -> Result<RequestView, EngineError> {
        self.service.submit(self.own(caller)?, key, draft).await
    }
    async fn act(&self, caller: &Caller, key: &str, id: &str, command: Command) -> Result<RequestView, EngineError> {
        self.service.act(self.own(caller)?, key, id, command).await
    }
    async fn record(&self, caller: &Caller, key: &str, id: &str, command: Command) -> Result<(), EngineError> {
        self.service.record(self.own(caller)?, key, id, command).await
    }
    async fn get(&self, caller: &Caller, id: &str) -> Result<RequestView, EngineError> {
        self.service.get(self.own(caller)?, id).await
    }
    async fn list(&self, caller: &Caller, filter: Filter) -> Result<Page<RequestView>, EngineError> {
        self.service.list(self.own(caller)?, filter).await
    }
    async fn explain(&self, caller: &Caller, question: Question) -> Result<Explanation, EngineError> {
        self.service.explain(self.own(caller)?, question).await
    }
    async fn link(&self, caller: &Caller) -> Result<LinkCode, EngineError> {
        self.service.link(self.own(caller)?).await
    }
}
