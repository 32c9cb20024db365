//! `match = { ... }`: which requests a workflow or an automatic rule is for.

use super::{
    Context,
    names::known,
    organisation::timezone,
    section::{Section, Word, cut},
    selectors::{self, Place},
};
use chrono::NaiveTime;
use countersign_engine::{
    id::AccessLevel,
    resource::Kind,
    workflow::{Condition, Day, ResourceMatch, Window},
};

/// Reads `match`; `None` when it is not there.
pub(super) fn read(parent: &Section<'_>, context: &Context<'_>) -> Option<Condition> {
    let section = parent.section("match", format!("the match of {}", parent.title))?;
    let report = section.report;
    let level = |word: &Word<'_>| {
        known(report, "access level", word, context.names.access.iter().map(String::as_str)).map(AccessLevel::new)
    };
    let condition = Condition {
        resources: section.words("resources").iter().filter_map(|w| resource(&section, w, context)).collect(),
        access: section.words("access").iter().filter_map(level).collect(),
        requesters: selectors::read(&section, "requesters", context.names, Place::Requesters),
        max_duration: section.length("max_duration"),
        windows: section.words("windows").iter().filter_map(|w| window(&section, w, context)).collect(),
    };
    for key in ["resources", "access", "requesters", "windows"] {
        if section.has(key) && section.words(key).is_empty() {
            let hint = "an empty list would mean \"any\"; leave the key out to say that";
            report.problem(&section.at(key), format!("\"{key}\" is empty"), hint);
        }
    }
    section.finish();
    Some(condition)
}

fn resource(section: &Section<'_>, word: &Word<'_>, context: &Context<'_>) -> Option<ResourceMatch> {
    let report = section.report;
    if let Some((what, name)) = word.text.split_once('=') {
        let name = Word { text: name.trim(), span: word.span.clone() };
        return match what.trim() {
            "tag" => known(report, "tag", &name, context.names.tags.iter().map(String::as_str))
                .map(|tag| ResourceMatch::Tag(tag.to_owned())),
            "kind" => {
                let key = known(report, "kind", &name, Kind::ALL.iter().map(|kind| kind.key()))?;
                Kind::ALL.into_iter().find(|kind| kind.key() == key).map(ResourceMatch::Kind)
            }
            _ => {
                let hint = "write an id, a glob such as \"prod-*\", \"tag = TAG\" or \"kind = KIND\"";
                report.problem(&word.span, format!("\"{}\" does not name resources", cut(word.text)), hint);
                None
            }
        };
    }
    if !word.text.contains(['*', '?', '[']) {
        return known(report, "resource", word, context.names.resources.iter().map(String::as_str))
            .map(|id| ResourceMatch::Id(id.to_owned()));
    }
    match glob::Pattern::new(word.text) {
        Err(error) => {
            let hint = "* stands for any letters, ? for one, [abc] for one of these";
            report.problem(&word.span, format!("\"{}\" is not a pattern: {}", cut(word.text), error.msg), hint);
            None
        }
        Ok(pattern) => {
            if !context.names.resources.iter().any(|id| pattern.matches(id)) {
                let what = format!("\"{}\" matches no resource of this file", cut(word.text));
                report.warn(&word.span, what, "check the spelling, unless it is meant for later");
            }
            Some(ResourceMatch::Glob(word.text.to_owned()))
        }
    }
}

const DAYS: [(&str, Day); 7] = [
    ("mon", Day::Mon),
    ("tue", Day::Tue),
    ("wed", Day::Wed),
    ("thu", Day::Thu),
    ("fri", Day::Fri),
    ("sat", Day::Sat),
    ("sun", Day::Sun),
];

/// `mon-fri 09:00-17:00 Europe/Berlin`; without a time zone, the organisation's.
fn window(section: &Section<'_>, word: &Word<'_>, context: &Context<'_>) -> Option<Window> {
    const HINT: &str = "write \"mon-fri 09:00-17:00\" or \"sat,sun 08:00-12:00 Europe/Berlin\"";
    let wrong = |what: String| section.report.problem(&word.span, what, HINT);
    let parts: Vec<&str> = word.text.split_whitespace().collect();
    let (days, times, zone) = match parts[..] {
        [days, times] => (days, times, Some(context.timezone)),
        [days, times, zone] => (days, times, timezone(section, &Word { text: zone, span: word.span.clone() })),
        _ => {
            wrong(format!("\"{}\" is not a weekly window", cut(word.text)));
            return None;
        }
    };
    let days = match self::days(days) {
        Ok(days) => Some(days),
        Err(unknown) => {
            wrong(format!("unknown day \"{}\"", cut(unknown)));
            None
        }
    };
    let time = |text: &str| NaiveTime::parse_from_str(text, "%H:%M").ok();
    let span = times.split_once('-').and_then(|(from, to)| Some((time(from)?, time(to)?)));
    if span.is_none() {
        wrong(format!("\"{}\" is not a span of the day", cut(times)));
    }
    let (from, to) = span?;
    Some(Window { days: days?, from, to, timezone: zone? })
}

/// `mon-fri`, `sat,sun`, `fri-mon`. Errors: the word that is no day.
fn days(text: &str) -> Result<Vec<Day>, &str> {
    let index = |name| DAYS.iter().position(|(day, _)| *day == name).ok_or(name);
    let mut days = Vec::new();
    for part in text.split(',') {
        let (first, last) = match part.split_once('-') {
            Some((first, last)) => (index(first)?, index(last)?),
            None => (index(part)?, index(part)?),
        };
        let span = (last + DAYS.len() - first) % DAYS.len();
        days.extend((0..=span).map(|n| DAYS[(first + n) % DAYS.len()].1));
    }
    days.sort();
    days.dedup();
    Ok(days)
}
