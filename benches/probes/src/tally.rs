//! What was seen: latencies by kind, and what went wrong.

use serde_json::{Value, json};
use std::time::Duration;

/// What is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The request for access.
    Create,
    /// A press of Approve.
    Vote,
    /// The final state.
    Read,
    /// From the request to having read that it is approved.
    Whole,
}

const KINDS: [(Kind, &str); 4] =
    [(Kind::Create, "create"), (Kind::Vote, "vote"), (Kind::Read, "read"), (Kind::Whole, "whole")];

/// Everything that one run saw.
#[derive(Debug, Default)]
pub struct Tally {
    /// What was finished within the measured time.
    pub done: u64,
    errors: u64,
    last_error: String,
    latencies: [Vec<u32>; 4],
}

impl Tally {
    /// An answer took this long.
    pub fn took(&mut self, kind: Kind, time: Duration) {
        self.latencies[kind as usize].push(u32::try_from(time.as_micros()).unwrap_or(u32::MAX));
    }

    /// An answer that was none.
    pub fn wrong(&mut self, what: String) {
        self.errors += 1;
        self.last_error = what;
    }

    /// All of it, latencies in milliseconds.
    pub fn report(&mut self, seconds: f64) -> Value {
        let mut report = json!({"done": self.done, "seconds": seconds, "per_second": self.done as f64 / seconds,
            "errors": self.errors, "last_error": self.last_error});
        for (kind, name) in KINDS {
            let latencies = &mut self.latencies[kind as usize];
            latencies.sort_unstable();
            if !latencies.is_empty() {
                report[name] = json!({"n": latencies.len(), "p50": share(latencies, 0.5), "p99": share(latencies, 0.99),
                    "max": share(latencies, 1.0)});
            }
        }
        report
    }
}

fn share(sorted: &[u32], share: f64) -> f64 {
    let at = ((sorted.len() - 1) as f64 * share).round() as usize;
    f64::from(sorted[at]) / 1000.0
}
