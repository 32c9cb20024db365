//! Suggestions while `/access` is being typed, from what this person could ask for and has asked for.

use crate::{inbound::Options, render::text::unparsed};
use countersign_engine::{
    ports::{ApprovalEngine, Caller, Filter, Offer},
    words,
};
use serde_json::{Value, json};

/// Discord shows so many (discord.com/developers, "Autocomplete"); a name or value has at most 100 characters.
const CHOICES: usize = 25;
const LENGTH: usize = 100;
const LENGTHS: [(&str, i64); 7] =
    [("30m", 1_800), ("1h", 3_600), ("2h", 7_200), ("4h", 14_400), ("8h", 28_800), ("1d", 86_400), ("7d", 604_800)];

/// What could stand in `option`. Empty where nothing fits, and for whoever is not known.
pub(crate) async fn choices(engine: &dyn ApprovalEngine, caller: &Caller, option: &str, typed: &Options) -> Vec<Value> {
    let found = match option {
        "request" => requests(engine, caller, typed).await,
        _ => match engine.catalog(caller).await {
            Ok(catalog) => offered(option, typed, &catalog.offers),
            Err(_) => Vec::new(),
        },
    };
    let wanted = typed.get(option).to_lowercase();
    let near = |(shown, value): &(String, String)| {
        shown.to_lowercase().contains(&wanted) || value.to_lowercase().contains(&wanted)
    };
    let mut fitting: Vec<_> =
        found.into_iter().filter(near).filter(|(_, value)| value.chars().count() <= LENGTH).collect();
    fitting.sort_by_key(|(_, value)| !value.to_lowercase().starts_with(&wanted));
    fitting.truncate(CHOICES);
    fitting.into_iter().map(|(shown, value)| json!({"name": unparsed(&shown, LENGTH), "value": value})).collect()
}

/// Pairs of what is shown and what is sent.
fn offered(option: &str, typed: &Options, offers: &[Offer]) -> Vec<(String, String)> {
    let asked_for = |offer: &&Offer| offer.requestable;
    let chosen = offers.iter().find(|offer| offer.resource.as_str() == typed.get("resource"));
    match option {
        "resource" => offers
            .iter()
            .filter(asked_for)
            .map(|offer| {
                let name = offer.resource.to_string();
                let shown = if offer.description.is_empty() {
                    name.clone()
                } else {
                    format!("{name} · {}", offer.description)
                };
                (shown, name)
            })
            .collect(),
        "access" => {
            let of = |offer: &Offer| offer.access.iter().map(ToString::to_string).collect::<Vec<_>>();
            let mut levels = chosen.map_or_else(|| offers.iter().filter(asked_for).flat_map(of).collect(), of);
            levels.sort();
            levels.dedup();
            levels.into_iter().map(|level| (level.clone(), level)).collect()
        }
        "duration" => {
            let longest = chosen.map_or(i64::MAX, |offer| offer.max_duration.seconds());
            let fitting = LENGTHS.iter().filter(|(_, seconds)| *seconds <= longest);
            fitting.map(|(text, _)| ((*text).to_owned(), (*text).to_owned())).collect()
        }
        _ => Vec::new(),
    }
}

/// The caller's own requests, and those that wait for their vote.
async fn requests(engine: &dyn ApprovalEngine, caller: &Caller, typed: &Options) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    let own = Filter { mine: true, limit: Some(CHOICES), ..Filter::default() };
    let waiting = Filter { to_vote: true, limit: Some(CHOICES), ..Filter::default() };
    let filters = if matches!(typed.get("do"), "cancel" | "end") { vec![own] } else { vec![own, waiting] };
    for filter in filters {
        let Ok(page) = engine.list(caller, filter).await else { return Vec::new() };
        let named = page.items.iter().map(|view| (words::line(view), view.request.short_id.to_string()));
        found.extend(named);
    }
    found.dedup_by(|a, b| a.1 == b.1);
    found
}
