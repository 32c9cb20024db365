//! An engine in memory: the real decisions on the demo organisation, without a database. For protocol tests only.

use crate::{PEOPLE, acme, change_person, moment};
use async_trait::async_trait;
use countersign_engine::{
    command::{Command, Draft},
    decide::{self, NewRequest, Standing},
    id::{PersonId, RequestId, ShortId},
    person::{Account, Platform},
    policy::Policy,
    ports::{ApprovalEngine, Caller, Catalog, EngineError, Filter, LinkCode, Offer, Page, Question},
    refusal::Refusal,
    request::{Request, Via},
    time::Timestamp,
    view::RequestView,
    workflow::{self, Asked, Explanation},
};
use std::{
    collections::HashMap,
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

/// The engine in memory.
pub struct Memory {
    platform: Platform,
    policy: Policy,
    requests: Mutex<Vec<Request>>,
    known: Mutex<HashMap<(Account, String), RequestView>>,
    /// How often something was asked that could change something.
    pub asked: AtomicUsize,
    /// Answers "unavailable".
    pub down: AtomicBool,
    /// Held by whoever commits.
    pub commits: tokio::sync::Mutex<()>,
}

impl Memory {
    /// Everybody has an account on `platform`: `user` says which, from a number that is 1 for dev and 8 for sec4. Commits
    /// go through at once. Votes count on every platform.
    pub fn on(platform: Platform, tenant: &str, user: impl Fn(usize) -> String) -> Self {
        let mut policy = acme();
        policy.workflows.values_mut().for_each(|workflow| workflow.telegram_may_decide = true);
        for (index, id) in PEOPLE.iter().enumerate() {
            let account = Account { platform, tenant: tenant.to_owned(), user: user(index + 1) };
            change_person(&mut policy, id, |person| person.accounts = [account].into());
        }
        // Two hours ahead of UTC, always.
        change_person(&mut policy, "lisa", |person| person.timezone = Some(chrono_tz::Tz::Africa__Johannesburg));
        Self {
            platform,
            policy,
            requests: Mutex::default(),
            known: Mutex::default(),
            asked: AtomicUsize::new(0),
            down: AtomicBool::new(false),
            commits: tokio::sync::Mutex::default(),
        }
    }

    /// The same in another organisation.
    pub fn reformed(mut self, change: impl FnOnce(&mut Policy)) -> Self {
        change(&mut self.policy);
        self
    }

    /// 10:00, always.
    pub fn now(&self) -> Timestamp {
        moment(10, 0)
    }
    /// All of them, oldest first.
    pub fn requests(&self) -> Vec<Request> {
        held(&self.requests).clone()
    }
    /// The only one.
    ///
    /// # Panics
    /// When there is another number of them.
    pub fn only(&self) -> Request {
        let requests = self.requests();
        assert_eq!(requests.len(), 1);
        requests[0].clone()
    }
    /// How often something was asked that could change something.
    pub fn calls(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    /// As everybody sees it.
    pub fn shared(&self, request: Request) -> RequestView {
        RequestView::new(request, None, vec![self.platform], &self.policy, self.now())
    }

    fn person(&self, caller: &Caller) -> Result<(PersonId, Via, Account), EngineError> {
        if self.down.load(Ordering::SeqCst) {
            return Err(EngineError::Unavailable("the database is away".into()));
        }
        let Caller::Account(account) = caller else { return Err(Refusal::NotLinked.into()) };
        let person = self.policy.directory.owner(account).ok_or(Refusal::NotLinked)?;
        let via = Via { platform: self.platform, account: Some(account.clone()) };
        Ok((person.id.clone(), via, account.clone()))
    }
    fn view(&self, request: Request, reader: &PersonId) -> RequestView {
        RequestView::new(request, Some(reader), vec![self.platform], &self.policy, self.now())
    }
    fn find(&self, id: &str) -> Result<Request, Refusal> {
        let found = self.requests().into_iter().find(|r| r.id.as_str() == id || r.short_id.as_str() == id);
        found.ok_or_else(|| Refusal::NotFound { wanted: id.to_owned() })
    }
    async fn commit(&self, key: (Account, String), view: RequestView) -> RequestView {
        let _commit = self.commits.lock().await;
        let mut requests = held(&self.requests);
        match requests.iter_mut().find(|r| r.id == view.request.id) {
            Some(known) => *known = view.request.clone(),
            None => requests.push(view.request.clone()),
        }
        held(&self.known).insert(key, view.clone());
        view
    }
    fn again(&self, account: &Account, key: &str) -> Option<RequestView> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        held(&self.known).get(&(account.clone(), key.to_owned())).cloned()
    }
}

fn held<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

#[async_trait]
impl ApprovalEngine for Memory {
    async fn catalog(&self, caller: &Caller) -> Result<Catalog, EngineError> {
        let (person, ..) = self.person(caller)?;
        let offer = |r: &countersign_engine::resource::Resource| Offer {
            resource: r.id.clone(),
            description: r.description.clone(),
            kind: r.kind,
            access: r.access.clone(),
            default_access: r.default_access.clone(),
            max_duration: r.max_duration,
            requestable: true,
        };
        let timezone =
            self.policy.directory.person(&person).map_or(chrono_tz::Tz::UTC, |p| self.policy.directory.timezone_of(p));
        Ok(Catalog { offers: self.policy.resources.values().map(offer).collect(), timezone })
    }
    async fn submit(&self, caller: &Caller, key: &str, draft: Draft) -> Result<RequestView, EngineError> {
        let (person, via, account) = self.person(caller)?;
        if let Some(view) = self.again(&account, key) {
            return Ok(view);
        }
        let number = self.requests().len();
        let new = NewRequest {
            id: RequestId::new(format!("01JNDEM000000000000000{number:04}")),
            short_id: ShortId::new(format!("req-{number:04}")),
        };
        let done = decide::open(draft, &person, &via, new, &Standing::default(), &self.policy, self.now())?;
        Ok(self.commit((account, key.to_owned()), self.view(done.request, &person)).await)
    }
    async fn act(&self, caller: &Caller, key: &str, id: &str, command: Command) -> Result<RequestView, EngineError> {
        let (person, via, account) = self.person(caller)?;
        if let Some(view) = self.again(&account, key) {
            return Ok(view);
        }
        let done = decide::decide(&self.find(id)?, &person, &via, command, &self.policy, self.now())?;
        Ok(self.commit((account, key.to_owned()), self.view(done.request, &person)).await)
    }
    async fn get(&self, caller: &Caller, id: &str) -> Result<RequestView, EngineError> {
        let (person, ..) = self.person(caller)?;
        Ok(self.view(self.find(id)?, &person))
    }
    async fn list(&self, caller: &Caller, filter: Filter) -> Result<Page<RequestView>, EngineError> {
        let (person, ..) = self.person(caller)?;
        let views = self.requests().into_iter().map(|request| self.view(request, &person));
        let fits = |v: &RequestView| {
            (!filter.mine || v.request.requester == person)
                && (!filter.to_vote || v.abilities.vote)
                && (filter.states.is_empty() || filter.states.iter().any(|s| s == v.request.state.key()))
        };
        Ok(Page { items: views.filter(fits).collect(), next: None })
    }
    async fn explain(&self, caller: &Caller, question: Question) -> Result<Explanation, EngineError> {
        let (person, ..) = self.person(caller)?;
        let unknown = || Refusal::UnknownResource { wanted: question.resource.to_string(), nearest: Vec::new() };
        let resource = self.policy.resources.get(&question.resource).ok_or_else(unknown)?;
        let asked = Asked {
            requester: self.policy.directory.person(&person).ok_or(Refusal::NotLinked)?,
            resource,
            access: question.access.as_ref().unwrap_or(&resource.default_access),
            duration: question.duration,
            directory: &self.policy.directory,
            now: self.now(),
        };
        Ok(workflow::explain(&asked, &self.policy))
    }
    async fn link(&self, _caller: &Caller) -> Result<LinkCode, EngineError> {
        let url = "https://access.acme.com/link".into();
        Ok(LinkCode { code: "BCDFGHJK".into(), expires_at: moment(10, 10), url })
    }
}
