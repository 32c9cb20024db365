//! Every sentence a person reads. Small pure functions; other people's words pass [`clean`] on their way in.

mod answer;
mod clean;
mod delivery;
pub(crate) mod desk;
pub mod form;
mod grant;
mod help;
mod moment;
mod news;
mod refusal;
mod request;
mod step;

pub use answer::{explanation, line, link, no_votes_from, requests, test_message, voted, voters};
pub use clean::{clean, cut, is_invisible, is_lookalike, outside};
pub use delivery::{delivery_note, delivery_notes};
pub use desk::foreign;
pub use grant::{end_reason, grant, grant_short, overdue_advice, trouble};
pub use help::help;
pub use moment::{clock, left, moment, period};
pub use news::headline;
pub use refusal::refusal;
pub use request::{ask, asked, cancel_reason, chain, person, press, scope, sentence, standing, subject, who};
pub(crate) use step::blocked;
pub use step::{StepWords, platforms, step};

/// `a`, `a and b`, `a, b and c`.
pub fn list(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

/// `1 approval`, `2 approvals`.
pub fn count(n: u32, noun: &str) -> String {
    match n {
        1 => format!("1 {noun}"),
        n => format!("{n} {noun}s"),
    }
}
