//! People who ask and vote, all at once, and remember everything that was acknowledged.

use crate::organisation::{APPS, DEVS, RESOURCES, VOTERS};
use crate::place::Place;
use crate::server::{LOOK, PATIENCE};
use futures_util::future::join_all;
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::{sync::watch, task::JoinSet};

/// A vote that was acknowledged.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Voted {
    pub request: String,
    pub person: String,
    pub step: usize,
}

/// What was acknowledged.
pub struct Ledger {
    pub opened: Mutex<Vec<String>>,
    pub votes: Mutex<Vec<Voted>>,
    /// Requests whose access was given back.
    pub ends: Mutex<Vec<String>>,
    /// Answers that no server may give, whatever happens to its database.
    pub wrong: Mutex<Vec<String>>,
    count: watch::Sender<usize>,
    next: AtomicUsize,
    over: AtomicBool,
}

impl Ledger {
    fn open(&self, id: String) {
        self.opened.lock().unwrap().push(id);
        self.count.send_modify(|n| *n += 1);
    }
    fn vote(&self, vote: Voted) {
        self.votes.lock().unwrap().push(vote);
        self.count.send_modify(|n| *n += 1);
    }
    fn end(&self, id: String) {
        self.ends.lock().unwrap().push(id);
        self.count.send_modify(|n| *n += 1);
    }
    pub fn count(&self) -> usize {
        *self.count.borrow()
    }
    /// Returns once this many more were acknowledged.
    pub async fn more(&self, count: usize) {
        let wanted = self.count() + count;
        let reached = async { self.count.subscribe().wait_for(|n| *n >= wanted).await.map(|_| ()) };
        let reached = tokio::time::timeout(PATIENCE, reached).await;
        assert!(reached.is_ok(), "only {} of {wanted} acknowledgements came: {:?}", self.count(), self.wrong.lock());
    }
}

/// What people ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Three steps and four votes, for what people do by hand.
    Chain,
    /// One vote, for a page behind a proxy.
    Page,
    /// One vote, for a role on a real PostgreSQL.
    Role,
}

impl Kind {
    /// All that a place has.
    pub fn all(place: &Place) -> &'static [Self] {
        match place.target {
            Some(_) => &[Self::Role, Self::Chain, Self::Role, Self::Page],
            None => &[Self::Chain, Self::Page],
        }
    }
}

/// Clients at work until they are stopped.
pub struct Load {
    pub ledger: Arc<Ledger>,
    clients: JoinSet<()>,
}

impl Load {
    /// `clients` of them, spread over the servers at these URLs, ask for what takes the whole chain.
    pub fn start(urls: &[String], clients: usize) -> Self {
        Self::of(urls, clients, &[Kind::Chain])
    }

    /// The same for these, in turn.
    pub fn of(urls: &[String], clients: usize, kinds: &'static [Kind]) -> Self {
        let ledger = Arc::new(Ledger {
            opened: Mutex::default(),
            votes: Mutex::default(),
            ends: Mutex::default(),
            wrong: Mutex::default(),
            count: watch::Sender::new(0),
            next: AtomicUsize::new(0),
            over: AtomicBool::new(false),
        });
        let mut tasks = JoinSet::new();
        for n in 0..clients {
            tasks.spawn(client(Arc::clone(&ledger), urls.to_vec(), n, kinds));
        }
        Self { ledger, clients: tasks }
    }

    /// Stops when all have the answer that they wait for; what was acknowledged.
    pub async fn stop(mut self) -> Arc<Ledger> {
        self.ledger.over.store(true, Ordering::Relaxed);
        let until = Instant::now() + PATIENCE;
        while let Some(done) = self.clients.join_next().await {
            done.unwrap();
            assert!(Instant::now() < until + PATIENCE);
        }
        let wrong = self.ledger.wrong.lock().unwrap().join("\n");
        assert!(wrong.is_empty(), "answers that make no sense:\n{wrong}");
        self.ledger
    }
}

async fn client(ledger: Arc<Ledger>, urls: Vec<String>, mut turn: usize, kinds: &[Kind]) {
    let http = Client::builder().timeout(Duration::from_secs(25)).build().unwrap();
    while !ledger.over.load(Ordering::Relaxed) {
        let url = &urls[turn % urls.len()];
        turn += 1;
        let n = ledger.next.fetch_add(1, Ordering::Relaxed);
        let caller = Caller { ledger: &ledger, http: &http, url };
        let done = match kinds[n % kinds.len()] {
            Kind::Chain => caller.chain(n).await,
            Kind::Page => caller.access(n, &format!("web-{}", n / DEVS % APPS)).await,
            Kind::Role => caller.access(n, &format!("role-{}", n / DEVS % APPS)).await,
        };
        if done.is_none() {
            // Nobody there, or no database: look again shortly.
            tokio::time::sleep(LOOK).await;
        }
    }
}

/// Who talks to one server.
struct Caller<'a> {
    ledger: &'a Ledger,
    http: &'a Client,
    url: &'a str,
}

/// A person of a group of voters.
fn voter(group: usize, n: usize) -> String {
    format!("{}{}", VOTERS[group].0, n % VOTERS[group].1)
}

/// Each answers `None` when the server did not, or could not.
impl Caller<'_> {
    /// One request with the votes of its three steps.
    async fn chain(&self, n: usize) -> Option<()> {
        let id = self.open(n, &format!("prod-{}", n / DEVS % RESOURCES), "1h").await?;
        let chain = [vec![voter(0, n)], vec![voter(1, n)], vec![voter(2, n), voter(2, n + 1), voter(2, n + 2)]];
        for (step, people) in chain.iter().enumerate() {
            // Three of security press in the same instant, and two are needed.
            let votes = people.iter().map(|person| self.vote(&id, person, step));
            join_all(votes).await.into_iter().find(Option::is_some)??;
        }
        Some(())
    }

    /// Access that a connector gives: most runs out within the run, some is given back, some stays.
    async fn access(&self, n: usize, resource: &str) -> Option<()> {
        let id = self.open(n, resource, if n % 7 < 5 { "1m" } else { "2h" }).await?;
        self.vote(&id, &voter(0, n), 0).await?;
        if n % 7 != 6 {
            return Some(());
        }
        let path = format!("grants/{id}/end");
        let (status, _) = self.post(&path, &person(n), None, &[StatusCode::OK, StatusCode::CONFLICT]).await?;
        if status == StatusCode::OK {
            self.ledger.end(id);
        }
        Some(())
    }

    async fn open(&self, n: usize, resource: &str, duration: &str) -> Option<String> {
        let body = json!({"resource": resource, "duration": duration, "reason": format!("load {n}")});
        // Who has it already, or asked before the answer was lost, is told so.
        let expected = [StatusCode::CREATED, StatusCode::CONFLICT];
        let (status, answer) = self.post("requests", &person(n), Some(body), &expected).await?;
        let id = (status == StatusCode::CREATED).then(|| answer["id"].as_str().map(str::to_owned))??;
        self.ledger.open(id.clone());
        Some(id)
    }

    async fn vote(&self, id: &str, person: &str, step: usize) -> Option<()> {
        let body = json!({"decision": "approve", "step": step + 1});
        let expected = [StatusCode::OK, StatusCode::CONFLICT];
        let (status, _) = self.post(&format!("requests/{id}/votes"), person, Some(body), &expected).await?;
        if status == StatusCode::OK {
            self.ledger.vote(Voted { request: id.to_owned(), person: person.to_owned(), step });
        }
        Some(())
    }

    /// Posts; `None` without an answer, and for a 503, which says that there is nothing to rely on.
    async fn post(
        &self,
        path: &str,
        person: &str,
        body: Option<Value>,
        expected: &[StatusCode],
    ) -> Option<(StatusCode, Value)> {
        let url = format!("{}/api/v1/{path}", self.url);
        let request = self.http.post(&url).bearer_auth(format!("demo:{person}"));
        let request = body.iter().fold(request, |request, body| request.json(body));
        let answer = request.send().await.ok()?;
        let status = answer.status();
        let text = answer.text().await.ok()?;
        if expected.contains(&status) {
            return serde_json::from_str(&text).ok().map(|json| (status, json));
        }
        if status != StatusCode::SERVICE_UNAVAILABLE {
            self.ledger.wrong.lock().unwrap().push(format!("{url}: {status} {text}"));
        }
        None
    }
}

fn person(n: usize) -> String {
    format!("dev{}", n % DEVS)
}
