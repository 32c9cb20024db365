//! The keyboards of the guided request.

use super::Pick;
use crate::render::{Pen, Shown, TEXT, keyboard};
use countersign_engine::{id::AccessLevel, ports::Offer, time::Length, words::outside};
use serde_json::{Value, json};

/// Resources on one page.
const PAGE: usize = 8;
/// The longest name that a line of ours quotes, in characters.
const NAME: usize = 60;

/// Lengths that people mostly want.
const LENGTHS: [Length; 11] = [
    Length::minutes(15),
    Length::minutes(30),
    Length::hours(1),
    Length::hours(2),
    Length::hours(4),
    Length::hours(8),
    Length::hours(12),
    Length::hours(24),
    Length::hours(48),
    Length::hours(7 * 24),
    Length::hours(30 * 24),
];

/// The common lengths up to the longest, and that one.
fn lengths(max: Length) -> Vec<Length> {
    lengths_below(max).into_iter().chain([max]).collect()
}

/// The common lengths that are shorter.
pub(crate) fn lengths_below(max: Length) -> Vec<Length> {
    LENGTHS.into_iter().filter(|length| *length < max).collect()
}

/// Which resource?
pub(super) fn resources(offers: &[Offer], page: usize) -> Shown {
    let pages = offers.len().div_ceil(PAGE).max(1);
    let page = page.min(pages - 1);
    let here = || offers.iter().skip(page * PAGE).take(PAGE);
    let mut pen = question("What do you need?");
    if pages > 1 {
        pen.words(&format!(" Page {} of {pages}.", page + 1));
    }
    for offer in here() {
        pen.line();
        pen.within(json!({"type": "bold"}), |pen| pen.words(&outside(offer.resource.as_str(), NAME)));
        if !offer.description.is_empty() {
            pen.words(&format!(" · {}", outside(&offer.description, 120)));
        }
    }
    let key = |offer: &Offer| keyboard::key(offer.resource.as_str(), &format!("a:r:{}", Pick::usual(offer).resource));
    let mut rows = keyboard::grid(here().map(key).collect(), 2);
    let turn = |label: &str, page: usize| keyboard::key(label, &format!("a:p:{page}"));
    let before = (page > 0).then(|| turn("‹ Before", page.saturating_sub(1)));
    let after = (page + 1 < pages).then(|| turn("More ›", page + 1));
    rows.push(before.into_iter().chain(after).collect());
    rows.push(vec![close()]);
    Shown::written(pen, keyboard::rows(&rows))
}

/// How much access?
pub(super) fn levels(offer: &Offer) -> Shown {
    let pen = question(&format!("{}: how much access?", outside(offer.resource.as_str(), NAME)));
    let key = |level: &AccessLevel| {
        let usual = if *level == offer.default_access { " (usual)" } else { "" };
        let pick = Pick::at(offer, level);
        keyboard::key(&format!("{level}{usual}"), &format!("a:l:{}:{}", pick.resource, pick.access))
    };
    let mut rows = keyboard::grid(offer.access.iter().take(12).map(key).collect(), 2);
    rows.push(vec![back("a:p:0"), close()]);
    Shown::written(pen, keyboard::rows(&rows))
}

/// For how long?
pub(super) fn durations(offer: &Offer, pick: &Pick) -> Shown {
    let pen =
        question(&format!("{}: for how long? At most {}.", outside(&pick.named(offer), NAME), offer.max_duration));
    let at = format!("{}:{}", pick.resource, pick.access);
    let key = |length: Length| keyboard::key(&length.to_string(), &format!("a:d:{at}:{}", length.seconds()));
    let mut rows = keyboard::grid(lengths(offer.max_duration).into_iter().map(key).collect(), 4);
    rows.push(vec![keyboard::key("Another length…", &format!("a:t:{at}"))]);
    let before = if offer.access.len() > 1 { format!("a:r:{}", pick.resource) } else { "a:p:0".into() };
    rows.push(vec![back(&before), close()]);
    Shown::written(pen, keyboard::rows(&rows))
}

/// Why?
pub(super) fn reason(offer: &Offer, pick: &Pick, length: Length) -> Shown {
    let pen = question(&format!("{}, {length}: why do you need it?", outside(&pick.named(offer), NAME)));
    let at = format!("{}:{}", pick.resource, pick.access);
    let seconds = length.seconds();
    let rows = [
        vec![keyboard::key("Write a reason…", &format!("a:w:{at}:{seconds}"))],
        vec![keyboard::key("Ask without a reason", &format!("a:s:{at}:{seconds}"))],
        vec![back(&format!("a:l:{at}")), close()],
    ];
    Shown::written(pen, keyboard::rows(&rows))
}

fn question(words: &str) -> Pen {
    let mut pen = Pen::new(TEXT);
    pen.within(json!({"type": "bold"}), |pen| pen.words(words));
    pen
}

fn back(data: &str) -> Value {
    keyboard::key("‹ Back", data)
}

fn close() -> Value {
    keyboard::key("Never mind", "a:x")
}
