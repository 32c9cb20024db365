//! Implements [`ApprovalEngine`]: from callers to people, from people to the writer.

mod catalog;
mod listing;
mod notes;
mod reveal;
mod scoped;
mod sight;

pub use catalog::offers;
pub use scoped::Scoped;

use crate::{
    clock::Clock,
    credentials::Credentials,
    entropy::Entropy,
    outbox::Purpose,
    policy::PolicyHandle,
    store::{PostingState, Store, StoreError},
    vault::Vault,
    writer::{Intent, Key, Writer},
};
use async_trait::async_trait;
use chrono_tz::Tz;
use countersign_engine::{
    ask,
    command::{Command, Draft},
    id::{PersonId, RequestId},
    person::Platform,
    ports::{ApprovalEngine, Caller, Catalog, EngineError, Filter, LinkCode, Page, Question},
    refusal::Refusal,
    request::{Request, Via},
    time::{Length, Timestamp},
    view::RequestView,
    workflow::{self, Explanation},
};
use std::sync::Arc;
use tokio::sync::broadcast;

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
    /// For link codes.
    pub credentials: Credentials,
    /// Spreads pauses.
    pub entropy: Entropy,
    /// Opens delivered secrets.
    pub vault: Vault,
    /// Where people reach the console, without a slash at the end.
    pub public_url: String,
}

impl Service {
    /// The person behind a caller, if they may do anything at all.
    pub fn person(&self, caller: &Caller) -> Result<PersonId, EngineError> {
        let policy = self.policy.get();
        match caller {
            Caller::Account(account) => match policy.directory.owner(account) {
                Some(person) => Ok(person.id.clone()),
                None => Err(Refusal::NotLinked.into()),
            },
            Caller::Person { id, .. } => match policy.directory.active(id) {
                Some(person) => Ok(person.id.clone()),
                None => Err(Refusal::Deactivated.into()),
            },
        }
    }

    /// A length that this person typed; `until 18:00` is meant at `now` and on their clock (rule 29).
    pub fn length(&self, person: &PersonId, text: &str, now: Timestamp) -> Result<Length, Refusal> {
        ask::length(text, now, self.timezone_of(person)?)
    }

    fn timezone_of(&self, person: &PersonId) -> Result<Tz, Refusal> {
        let policy = self.policy.get();
        let person = policy.directory.active(person).ok_or(Refusal::Deactivated)?;
        Ok(policy.directory.timezone_of(person))
    }

    /// May this person see this request? The requester and holder, voters, everyone who may come to vote, the resource's
    /// owners, and auditors.
    pub fn may_see(&self, person: &PersonId, request: &Request) -> bool {
        sight::may_see(person, request, &self.policy.get())
    }

    /// Ids of requests as they change, for live pages.
    pub fn changes(&self) -> broadcast::Receiver<RequestId> {
        self.writer.changes()
    }

    /// Takes accounts bound by link code into the directory. Called after each binding, and now and then for those that
    /// another replica made.
    pub async fn refresh_links(&self) -> Result<(), StoreError> {
        let bindings = self.store.bindings().await?;
        self.policy.relink(bindings.into_iter().map(|b| (b.account, b.person)).collect());
        Ok(())
    }

    /// Takes over how people want to be told, as they set it themselves. Called after each change, and now and then for
    /// those that another replica made.
    pub async fn refresh_preferences(&self) -> Result<(), StoreError> {
        self.policy.prefer(self.store.preferences().await?);
        Ok(())
    }

    /// A request as `reader` sees it, with the platforms that have its card.
    pub async fn view(&self, request: Request, reader: Option<&PersonId>) -> Result<RequestView, EngineError> {
        let postings = self.store.postings(&request.id).await.map_err(unavailable)?;
        // What the open step was told, not what an earlier one was.
        let open = request.open_step().map(|(pending, _)| pending.step);
        let of_now = |word: &str| match Purpose::of(word) {
            Some(Purpose::Card { step: Some(asked) }) => open.is_none_or(|step| step == asked),
            Some(Purpose::Card { step: None }) => true,
            _ => false,
        };
        let has_card = postings.iter().filter(|p| of_now(&p.purpose) && p.state == PostingState::Delivered);
        let mut notified: Vec<Platform> = has_card.map(|p| p.address.platform()).collect();
        notified.sort();
        notified.dedup();
        let delivery = notes::of(&postings, &request);
        Ok(RequestView::new(request, reader, notified, &self.policy.get(), self.clock.now()).with_delivery(delivery))
    }

    /// [`ApprovalEngine::act`], for callers who came by an address: for whom may not see the request there is none
    /// (THREATS E03). In chat it is otherwise, because a card in a channel is seen by whoever presses it.
    pub async fn act_if_seen(
        &self,
        caller: &Caller,
        key: &str,
        name: &str,
        command: Command,
    ) -> Result<RequestView, EngineError> {
        let person = self.person(caller)?;
        let request = self.find(name).await?;
        if !self.may_see(&person, &request) {
            return Err(not_found(name));
        }
        self.act(caller, key, request.id.as_str(), command).await
    }

    /// The request that an id or short id names.
    pub async fn find(&self, name: &str) -> Result<Request, EngineError> {
        self.store.request(name).await.map_err(unavailable)?.ok_or_else(|| not_found(name))
    }

    /// The request after a command, committed, and who gave it.
    async fn decided(
        &self,
        caller: &Caller,
        key: &str,
        id: &str,
        command: Command,
    ) -> Result<(Request, PersonId), EngineError> {
        let actor = self.person(caller)?;
        let request = self.id_of(id).await?;
        let key = idempotency(&actor, key);
        let intent = Intent::Act { request, actor: actor.clone(), via: via(caller), command, key };
        Ok((self.writer.submit(intent).await?, actor))
    }

    async fn id_of(&self, name: &str) -> Result<RequestId, EngineError> {
        // A whole id needs no look-up: the writer will say when it names nothing.
        match name.len() == 26 && !name.starts_with("req-") {
            true => Ok(RequestId::new(name)),
            false => Ok(self.find(name).await?.id),
        }
    }
}

#[async_trait]
impl ApprovalEngine for Service {
    async fn catalog(&self, caller: &Caller) -> Result<Catalog, EngineError> {
        let person = self.person(caller)?;
        let offers = catalog::offers(&person, &self.policy.get(), self.clock.now());
        Ok(Catalog { offers, timezone: self.timezone_of(&person)? })
    }

    async fn submit(&self, caller: &Caller, key: &str, draft: Draft) -> Result<RequestView, EngineError> {
        let requester = self.person(caller)?;
        let intent =
            Intent::Open { requester: requester.clone(), via: via(caller), draft, key: idempotency(&requester, key) };
        let request = self.writer.submit(intent).await?;
        self.view(request, Some(&requester)).await
    }

    async fn act(&self, caller: &Caller, key: &str, id: &str, command: Command) -> Result<RequestView, EngineError> {
        let (request, actor) = self.decided(caller, key, id, command).await?;
        self.view(request, Some(&actor)).await
    }

    async fn record(&self, caller: &Caller, key: &str, id: &str, command: Command) -> Result<(), EngineError> {
        self.decided(caller, key, id, command).await.map(drop)
    }

    async fn get(&self, caller: &Caller, id: &str) -> Result<RequestView, EngineError> {
        let person = self.person(caller)?;
        let request = self.find(id).await?;
        if !self.may_see(&person, &request) {
            return Err(not_found(id));
        }
        self.view(request, Some(&person)).await
    }

    async fn list(&self, caller: &Caller, filter: Filter) -> Result<Page<RequestView>, EngineError> {
        let person = self.person(caller)?;
        listing::list(self, &person, filter).await
    }

    async fn explain(&self, caller: &Caller, question: Question) -> Result<Explanation, EngineError> {
        let caller = self.person(caller)?;
        let policy = self.policy.get();
        let about = question.person.clone().unwrap_or_else(|| caller.clone());
        if about != caller && !policy.is_auditor(&caller) {
            return Err(Refusal::NotAllowed { who_may: "auditors" }.into());
        }
        let person = policy.directory.active(&about).ok_or_else(|| Refusal::NotFound { wanted: about.to_string() })?;
        let resource = catalog::resource(&question.resource, &policy)?;
        let access = question.access.as_ref().unwrap_or(&resource.default_access);
        if resource.rank(access).is_none() {
            return Err(Refusal::UnknownAccess { wanted: access.to_string(), offered: resource.access.clone() }.into());
        }
        let now = question.at.unwrap_or_else(|| self.clock.now());
        let (duration, directory) = (question.duration, &policy.directory);
        let asked = workflow::Asked { requester: person, resource, access, duration, directory, now };
        Ok(workflow::explain(&asked, &policy))
    }

    async fn link(&self, caller: &Caller) -> Result<LinkCode, EngineError> {
        let Caller::Account(account) = caller else {
            return Err(Refusal::NotAllowed { who_may: "chat accounts" }.into());
        };
        let (code, expires_at) = self.credentials.new_link(account).await.map_err(unavailable)?;
        Ok(LinkCode { code, expires_at, url: format!("{}/account", self.public_url) })
    }
}

fn via(caller: &Caller) -> Via {
    match caller {
        Caller::Account(account) => Via { platform: account.platform, account: Some(account.clone()) },
        Caller::Person { platform, .. } => Via { platform: *platform, account: None },
    }
}

/// Keys belong to the person: the same key from somebody else is another key (THREATS E05).
fn idempotency(person: &PersonId, key: &str) -> Option<Key> {
    (!key.is_empty()).then(|| Key { caller: person.to_string(), key: key.to_owned() })
}

fn not_found(name: &str) -> EngineError {
    Refusal::NotFound { wanted: name.chars().take(40).collect() }.into()
}

pub(crate) fn unavailable(error: StoreError) -> EngineError {
    tracing::warn!(%error, "the database could not be read");
    EngineError::Unavailable("the database is not available".into())
}
