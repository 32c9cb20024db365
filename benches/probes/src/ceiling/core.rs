//! The state, all of it in memory.

use crate::reading::now_ms;
use std::{
    cmp::Reverse,
    collections::{BinaryHeap, HashMap},
};
use tokio::sync::{mpsc, oneshot};

/// How much is committed at once.
const BATCH: usize = 2_048;
/// Approvals that each step needs, from step 1.
const NEEDED: [u32; 3] = [1, 1, 2];
const PEOPLE: [&[&str]; 3] = [&["U1A", "U1B", "U1C"], &["U2A", "U2B"], &["U3A", "U3B", "U3C", "U3D"]];

/// What comes in.
pub enum Command {
    /// A request, and when it times out.
    Create { id: String, deadline: u64, done: oneshot::Sender<bool> },
    /// A press of Approve.
    Vote { id: String, step: usize, person: String, done: oneshot::Sender<bool> },
    /// Its state.
    State { id: String, done: oneshot::Sender<&'static str> },
    /// How many are in this state.
    Count { state: String, done: oneshot::Sender<usize> },
}

#[derive(Clone)]
struct Request {
    number: i32,
    state: &'static str,
    step: usize,
    voters: u32,
}

/// What is to be written.
pub struct Row {
    /// The request's number.
    pub number: i32,
    /// A new one: its name and deadline.
    pub created: Option<(String, i64)>,
    /// Who voted, or `timeout`.
    pub person: String,
    /// Where it is now.
    pub state: &'static str,
    /// Where it is now, from 1.
    pub step: i16,
    /// Who voted on the step, as bits.
    pub voters: i16,
}

/// See the module.
#[derive(Default)]
pub struct Core {
    requests: HashMap<String, Request>,
    names: Vec<String>,
    alarms: BinaryHeap<Reverse<(u64, usize)>>,
    /// To be written.
    pub rows: Vec<Row>,
    answers: Vec<(oneshot::Sender<bool>, bool)>,
}

impl Core {
    /// Waits for commands or an alarm, and applies all that wait; `false` when nobody can send any more.
    pub async fn gather(&mut self, commands: &mut mpsc::Receiver<Command>) -> bool {
        let next = self.alarms.peek().map_or(3_600_000, |Reverse((at, _))| at.saturating_sub(now_ms()));
        let wait = std::time::Duration::from_millis(next);
        match tokio::time::timeout(wait, commands.recv()).await {
            Ok(None) => return false,
            Ok(Some(command)) => self.apply(command),
            Err(_) => {}
        }
        while self.rows.len() < BATCH {
            match commands.try_recv() {
                Ok(command) => self.apply(command),
                Err(_) => break,
            }
        }
        self.ring();
        true
    }

    /// What was written is acknowledged.
    pub fn acknowledge(&mut self) {
        for (done, answer) in self.answers.drain(..) {
            let _ = done.send(answer);
        }
    }

    fn apply(&mut self, command: Command) {
        match command {
            Command::Create { id, deadline, done } => {
                let number = self.names.len();
                self.names.push(id.clone());
                self.alarms.push(Reverse((deadline, number)));
                let request = Request { number: number as i32, state: "pending", step: 1, voters: 0 };
                self.write(&request, Some((id.clone(), deadline as i64)), "");
                self.requests.insert(id, request);
                self.answers.push((done, true));
            }
            Command::Vote { id, step, person, done } => {
                let voted = self.vote(&id, step, &person);
                self.answers.push((done, voted));
            }
            Command::State { id, done } => {
                let _ = done.send(self.requests.get(&id).map_or("none", |request| request.state));
            }
            Command::Count { state, done } => {
                let _ = done.send(self.requests.values().filter(|request| request.state == state).count());
            }
        }
    }

    fn vote(&mut self, id: &str, step: usize, person: &str) -> bool {
        let place = step.checked_sub(1).and_then(|n| PEOPLE.get(n)?.iter().position(|p| *p == person));
        let Some((request, place)) = self.requests.get_mut(id).zip(place) else { return false };
        if request.state != "pending" || request.step != step || request.voters & (1 << place) != 0 {
            return false;
        }
        request.voters |= 1 << place;
        if request.voters.count_ones() >= NEEDED[step - 1] {
            match step {
                3 => request.state = "approved",
                _ => (request.step, request.voters) = (step + 1, 0),
            }
        }
        let request = request.clone();
        self.write(&request, None, person);
        true
    }

    fn ring(&mut self) {
        let now = now_ms();
        while self.rows.len() < 2 * BATCH && self.alarms.peek().is_some_and(|Reverse((at, _))| *at <= now) {
            let Some(Reverse((_, number))) = self.alarms.pop() else { return };
            let Some(request) = self.requests.get_mut(&self.names[number]) else { continue };
            if request.state == "pending" {
                request.state = "denied";
                let request = request.clone();
                self.write(&request, None, "timeout");
            }
        }
    }

    fn write(&mut self, request: &Request, created: Option<(String, i64)>, person: &str) {
        self.rows.push(Row {
            number: request.number,
            created,
            person: person.to_owned(),
            state: request.state,
            step: request.step as i16,
            voters: request.voters as i16,
        });
    }
}
