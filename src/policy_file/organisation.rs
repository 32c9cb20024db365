//! `[organisation]`: levels, teams, time zone, and who administers.

use super::{
    names::{Names, Seen, canonical, nearest_or_all},
    section::{Section, Word, cut},
    selectors::{self, Place},
};
use chrono_tz::{TZ_VARIANTS, Tz};
use countersign_engine::{
    id::{Level, TeamId},
    policy::Settings,
    selector::{LevelScope, Selector},
};
use std::collections::BTreeSet;

#[derive(Default)]
pub(super) struct Organisation {
    pub levels: Vec<Level>,
    pub teams: BTreeSet<TeamId>,
    pub timezone: Tz,
    pub settings: Settings,
}

pub(super) fn read(root: &Section<'_>, names: &Names) -> Organisation {
    let Some(section) = root.section("organisation", "[organisation]") else {
        if !root.has("organisation") {
            let hint = "begin with [organisation] and levels = [\"member\", \"team-lead\", \"manager\", \"admin\"]";
            root.report.problem(&root.span, "there is no [organisation]", hint);
        }
        return Organisation::default();
    };
    let levels: Vec<Level> = ids(&section, "levels", "level").into_iter().map(Level::new).collect();
    if !section.has("levels") {
        section.missing("levels", "[\"member\", \"team-lead\", \"manager\", \"admin\"]");
    } else if section.words("levels").is_empty() {
        let hint = "name at least one, the lowest first";
        section.report.problem(&section.at("levels"), "there are no levels", hint);
    }
    let teams = ids(&section, "teams", "team").into_iter().map(TeamId::new).collect();
    let zone = section.text("timezone").and_then(|word| timezone(&section, &word));
    let settings = settings(&section, names);
    section.finish();
    Organisation { levels, teams, timezone: zone.unwrap_or(Tz::UTC), settings }
}

/// Administrators and auditors default to the highest level.
fn settings(section: &Section<'_>, names: &Names) -> Settings {
    let highest = names
        .levels
        .last()
        .map(|level| Selector::Level { min: Level::new(level.as_str()), scope: LevelScope::Anywhere });
    let who = |key| match section.has(key) {
        true => selectors::read(section, key, names, Place::Organisation),
        false => highest.clone().into_iter().collect(),
    };
    let default = Settings::default();
    Settings {
        administrators: who("administrators"),
        auditors: who("auditors"),
        open_per_person: section.count("open_requests_per_person", 1..=1_000).unwrap_or(default.open_per_person),
        warn_before: section.length("warn_before").unwrap_or(default.warn_before),
    }
}

fn ids<'a>(section: &Section<'a>, key: &'static str, what: &str) -> Vec<&'a str> {
    let mut seen = Seen::default();
    let words = section.words(key);
    let new = |word: &Word<'a>| canonical(section.report, what, word);
    words.iter().filter_map(|w| new(w).filter(|id| seen.first(section.report, what, id, &w.span))).collect()
}

/// An IANA time zone.
pub(super) fn timezone(section: &Section<'_>, word: &Word<'_>) -> Option<Tz> {
    let zone = word.text.parse().ok();
    if zone.is_none() {
        let near = nearest_or_all(word.text, TZ_VARIANTS.iter().map(|tz| tz.name()), "");
        let hint =
            if near.starts_with("did") { near } else { "an IANA name such as \"Europe/Berlin\" or \"UTC\"".into() };
        section.report.problem(&word.span, format!("unknown time zone \"{}\"", cut(word.text)), hint);
    }
    zone
}
