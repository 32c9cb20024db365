//! What each of the requesters does: one conversation after the other, on a connection of their own.

use crate::{
    client::Client,
    dialect::{CHAIN, Dialect},
    options::option,
    reading::now_ms,
    tally::{Kind, Tally},
};
use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    time::{Duration, Instant},
};

/// What is done over and over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doing {
    /// Ask, have it approved by four votes, read the state.
    Chains,
    /// Ask, and leave it pending.
    Pending,
    /// Ask, and have it approved, without reading.
    Approved,
}

/// A run.
pub struct Run {
    /// In whose words.
    pub dialect: Box<dyn Dialect>,
    host: String,
    doing: Doing,
    from: Instant,
    until: Option<Instant>,
    next: Cell<usize>,
    last: usize,
    deadline: u64,
    names: RefCell<Vec<String>>,
    /// What was seen.
    pub tally: RefCell<Tally>,
}

impl Run {
    /// `--first` is the first request's number; `--n` how many there are, or else it goes on for `--seconds` after `--warm`.
    pub fn new(dialect: Box<dyn Dialect>, host: String, doing: Doing) -> Self {
        let (first, n): (usize, usize) = (option("first", 0), option("n", 0));
        let start = Instant::now();
        let from = start + Duration::from_secs_f64(if n > 0 { 0.0 } else { option("warm", 1.0) });
        let until = (n == 0).then(|| from + Duration::from_secs_f64(option("seconds", 5.0)));
        let last = if n > 0 { first + n } else { usize::MAX };
        let deadline = option("deadline", now_ms() + 3_600_000);
        let (next, names, tally) = (Cell::new(first), RefCell::default(), RefCell::default());
        Self { dialect, host, doing, from, until, next, last, deadline, names, tally }
    }

    /// When measuring begins, and ends unless it is counted.
    pub fn span(&self) -> (Instant, Option<Instant>) {
        (self.from, self.until)
    }

    /// The number that comes next.
    pub fn next(&self) -> usize {
        self.next.get()
    }

    /// The requests that stayed pending, by name.
    pub fn names(&self) -> Vec<String> {
        self.names.borrow().clone()
    }

    /// One requester.
    pub async fn requester(self: Rc<Self>) {
        let mut client = Client::new(&self.host);
        while self.until.is_none_or(|until| Instant::now() < until) {
            let n = self.next.get();
            if n >= self.last {
                return;
            }
            self.next.set(n + 1);
            if let Err(what) = self.conversation(&mut client, n).await {
                self.tally.borrow_mut().wrong(what);
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
    }

    async fn conversation(&self, client: &mut Client, n: usize) -> Result<(), String> {
        let start = Instant::now();
        let mut took = [Duration::ZERO; 1 + CHAIN.len()];
        let (status, body) = send(client, &self.dialect.create(n, self.deadline)).await?;
        let id = self.dialect.named(n, status, &body).ok_or_else(|| wrong("create", status, &body))?;
        took[0] = start.elapsed();
        if self.doing == Doing::Pending {
            self.names.borrow_mut().push(id);
            self.record(&took[..1], None, start);
            return Ok(());
        }
        for (vote, took) in CHAIN.iter().zip(&mut took[1..]) {
            let request = self.dialect.vote(&id, *vote);
            let sent = Instant::now();
            let (status, body) = send(client, &request).await?;
            *took = sent.elapsed();
            if status != 200 {
                return Err(wrong("vote", status, &body));
            }
        }
        let reading = match self.doing {
            Doing::Chains => Some(self.read(client, &id).await?),
            _ => None,
        };
        self.record(&took, reading, start);
        Ok(())
    }

    /// Engines come to the state a moment later.
    async fn read(&self, client: &mut Client, id: &str) -> Result<Duration, String> {
        let start = Instant::now();
        let request = self.dialect.read(id);
        for _ in 0..2_000 {
            let (status, body) = send(client, &request).await?;
            if status != 200 {
                return Err(wrong("read", status, &body));
            }
            if self.dialect.is_approved(&body) {
                return Ok(start.elapsed());
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        Err(format!("{id} was never approved"))
    }

    fn record(&self, took: &[Duration], reading: Option<Duration>, start: Instant) {
        let now = Instant::now();
        if now < self.from || self.until.is_some_and(|until| now > until) {
            return;
        }
        let mut tally = self.tally.borrow_mut();
        tally.done += 1;
        tally.took(Kind::Create, took[0]);
        took[1..].iter().for_each(|took| tally.took(Kind::Vote, *took));
        if let Some(reading) = reading {
            tally.took(Kind::Read, reading);
        }
        tally.took(Kind::Whole, now - start);
    }
}

async fn send(client: &mut Client, request: &[u8]) -> Result<(u16, Vec<u8>), String> {
    client.send(request).await.map_err(|error| error.to_string())
}

fn wrong(what: &str, status: u16, body: &[u8]) -> String {
    format!("{what}: {status} {}", String::from_utf8_lossy(body).chars().take(300).collect::<String>())
}
