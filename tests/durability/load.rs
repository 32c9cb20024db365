//! People who ask and vote, all at once, and remember everything that was acknowledged.

use crate::organisation::{DEVS, RESOURCES, VOTERS};
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

/// Clients at work until they are stopped.
pub struct Load {
    pub ledger: Arc<Ledger>,
    clients: JoinSet<()>,
}

impl Load {
    /// `clients` of them, spread over the servers at these URLs.
    pub fn start(urls: &[String], clients: usize) -> Self {
        let ledger = Arc::new(Ledger {
            opened: Mutex::default(),
            votes: Mutex::default(),
            wrong: Mutex::default(),
            count: watch::Sender::new(0),
            next: AtomicUsize::new(0),
            over: AtomicBool::new(false),
        });
        let mut tasks = JoinSet::new();
        for n in 0..clients {
            tasks.spawn(client(Arc::clone(&ledger), urls.to_vec(), n));
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

async fn client(ledger: Arc<Ledger>, urls: Vec<String>, mut turn: usize) {
    let http = Client::builder().timeout(Duration::from_secs(25)).build().unwrap();
    while !ledger.over.load(Ordering::Relaxed) {
        let url = &urls[turn % urls.len()];
        turn += 1;
        if conversation(&ledger, &http, url).await.is_none() {
            // Nobody there, or no database: look again shortly.
            tokio::time::sleep(LOOK).await;
        }
    }
}

/// One request with its votes; `None` when the server did not answer, or could not.
async fn conversation(ledger: &Ledger, http: &Client, url: &str) -> Option<()> {
    let n = ledger.next.fetch_add(1, Ordering::Relaxed);
    let (person, resource) = (format!("dev{}", n % DEVS), format!("prod-{}", n / DEVS % RESOURCES));
    let body = json!({"resource": resource, "duration": "1h", "reason": format!("load {n}")});
    let (_, answer) =
        post(ledger, http, &format!("{url}/api/v1/requests"), &person, body, &[StatusCode::CREATED]).await?;
    let id = answer["id"].as_str()?.to_owned();
    ledger.open(id.clone());
    let voter = |group: usize, n: usize| format!("{}{}", VOTERS[group].0, n % VOTERS[group].1);
    let chain = [vec![voter(0, n)], vec![voter(1, n)], vec![voter(2, n), voter(2, n + 1), voter(2, n + 2)]];
    for (step, people) in chain.iter().enumerate() {
        // Three of security press in the same instant, and two are needed.
        let votes = people.iter().map(|person| vote(ledger, http, url, &id, person, step));
        join_all(votes).await.into_iter().find(Option::is_some)??;
    }
    Some(())
}

async fn vote(ledger: &Ledger, http: &Client, url: &str, id: &str, person: &str, step: usize) -> Option<()> {
    let path = format!("{url}/api/v1/requests/{id}/votes");
    let body = json!({"decision": "approve", "step": step + 1});
    let (status, _) = post(ledger, http, &path, person, body, &[StatusCode::OK, StatusCode::CONFLICT]).await?;
    if status == StatusCode::OK {
        ledger.vote(Voted { request: id.to_owned(), person: person.to_owned(), step });
    }
    Some(())
}

/// Posts; `None` without an answer, and for a 503, which says that there is nothing to rely on.
async fn post(
    ledger: &Ledger,
    http: &Client,
    url: &str,
    person: &str,
    body: Value,
    expected: &[StatusCode],
) -> Option<(StatusCode, Value)> {
    let answer = http.post(url).bearer_auth(format!("demo:{person}")).json(&body).send().await.ok()?;
    let status = answer.status();
    let text = answer.text().await.ok()?;
    if expected.contains(&status) {
        return serde_json::from_str(&text).ok().map(|json| (status, json));
    }
    if status != StatusCode::SERVICE_UNAVAILABLE {
        ledger.wrong.lock().unwrap().push(format!("{url}: {status} {text}"));
    }
    None
}
