//! `notify = { first = ["telegram"], quiet = "22:00-07:00" }` of a person: how they want to be told.

use super::{
    names::known,
    organisation::timezone,
    section::{Section, Word, cut},
};
use chrono::NaiveTime;
use countersign_engine::{
    person::Platform,
    preference::{Preference, Quiet},
};

/// `None` where the person has none.
pub(super) fn read(person: &Section<'_>) -> Option<Preference> {
    let section = person.section("notify", format!("the notify of a person in {}", person.title))?;
    let first = platforms(&section, "first");
    let quiet = section.text("quiet").and_then(|word| quiet(&section, &word));
    let reminders = section.has("reminders").then(|| platforms(&section, "reminders"));
    section.finish();
    Some(Preference { first, quiet, reminders })
}

/// Names of platforms, each once.
pub(super) fn platforms(section: &Section<'_>, key: &'static str) -> Vec<Platform> {
    let mut found = Vec::new();
    for word in section.words(key) {
        let name = known(section.report, "platform", &word, Platform::DIRECT.iter().map(|platform| platform.key()));
        let Some(platform) = name.and_then(Platform::from_key) else { continue };
        match found.contains(&platform) {
            true => {
                section.report.problem(&word.span, format!("a second \"{}\"", word.text), "name each platform once")
            }
            false => found.push(platform),
        }
    }
    found
}

/// `22:00-07:00`, on the person's own clock, or `22:00-07:00 Europe/Berlin`.
fn quiet(section: &Section<'_>, word: &Word<'_>) -> Option<Quiet> {
    let (hours, zone) = match word.text.split_once(' ') {
        Some((hours, zone)) => (hours, Some(timezone(section, &Word { text: zone.trim(), span: word.span.clone() })?)),
        None => (word.text, None),
    };
    let time = |text: &str| NaiveTime::parse_from_str(text, "%H:%M").ok();
    let span = hours.split_once('-').and_then(|(from, to)| Some((time(from)?, time(to)?)));
    match span.filter(|(from, to)| from != to) {
        Some((from, to)) => Some(Quiet { from, to, timezone: zone }),
        None => {
            let what = format!("quiet: \"{}\" is not a span of the day", cut(word.text));
            section.report.problem(&word.span, what, "write \"22:00-07:00\" or \"22:00-07:00 Europe/Berlin\"");
            None
        }
    }
}
