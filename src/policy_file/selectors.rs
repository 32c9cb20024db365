//! Selectors as people write them: `"level >= team-lead in team sre"` (rule 9).

use super::{
    names::{Names, known},
    problem::Report,
    section::{Section, Word, cut},
};
use countersign_engine::{
    id::{Level, PersonId, TeamId},
    selector::{LevelScope, Selector},
};

/// What a selector may refer to where it stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// A step: requester and resource are known.
    Step,
    /// A match: the requester is who is being judged.
    Requesters,
    /// The organisation: there is neither.
    Organisation,
}

impl Place {
    fn forms(self) -> &'static str {
        match self {
            Self::Step => {
                "write \"level >= LEVEL\", \"level >= LEVEL in team TEAM\", \"level >= LEVEL in requester's teams\", \
                 \"team = TEAM\", \"person = PERSON\", \"manager of requester\" or \"owners of resource\""
            }
            Self::Requesters => {
                "write \"level >= LEVEL\", \"level >= LEVEL in team TEAM\", \"team = TEAM\", \"person = PERSON\" or \
                 \"owners of resource\""
            }
            Self::Organisation => {
                "write \"level >= LEVEL\", \"level >= LEVEL in team TEAM\", \"team = TEAM\" or \"person = PERSON\""
            }
        }
    }
}

/// All selectors of a list, in order, each once.
pub(super) fn read(section: &Section<'_>, key: &'static str, names: &Names, place: Place) -> Vec<Selector> {
    let mut found: Vec<Selector> = Vec::new();
    for word in section.words(key) {
        if let Some(selector) = parse(&word, names, section.report, place) {
            if found.contains(&selector) {
                section.report.problem(&word.span, format!("\"{selector}\" is there twice"), "once is enough");
            } else {
                found.push(selector);
            }
        }
    }
    found
}

fn parse(word: &Word<'_>, names: &Names, report: &Report<'_>, place: Place) -> Option<Selector> {
    let spaced = word.text.replace(">=", " >= ");
    let spaced = if spaced.contains(">=") { spaced } else { spaced.replace('=', " = ") };
    let mut parts: Vec<&str> = spaced.split_whitespace().filter(|part| *part != "the").collect();
    if let ["requester's", "manager"] | ["resource's", "owners"] = parts[..] {
        parts =
            if parts[1] == "manager" { vec!["manager", "of", "requester"] } else { vec!["owners", "of", "resource"] };
    }
    let part = |text: &str| Word { text: text_in(word.text, text), span: word.span.clone() };
    let level = |min: &str, scope| {
        let min = known(report, "level", &part(min), names.levels.iter().map(String::as_str))?;
        Some(Selector::Level { min: Level::new(min), scope })
    };
    let team = |id: &str| known(report, "team", &part(id), names.teams.iter().map(String::as_str)).map(TeamId::new);
    match parts[..] {
        ["level", ">=", min] => level(min, LevelScope::Anywhere),
        ["level", ">=", min, "in", "team", id] => {
            let scope = team(id).map(LevelScope::Team);
            level(min, scope?)
        }
        ["level", ">=", min, "in", "requester's", "teams"] if place == Place::Step => {
            level(min, LevelScope::RequesterTeams)
        }
        ["team", "=", id] => team(id).map(Selector::Team),
        ["person", "=", id] => {
            let id = known(report, "person", &part(id), names.people.iter().map(String::as_str))?;
            Some(Selector::Person(PersonId::new(id)))
        }
        ["manager", "of", "requester"] if place == Place::Step => Some(Selector::Manager),
        ["owners", "of", "resource"] if place != Place::Organisation => Some(Selector::Owners),
        _ => {
            report.problem(
                &word.span,
                format!("\"{}\" does not say who", cut(word.text)),
                hint(&parts, word.text.trim(), names, place),
            );
            None
        }
    }
}

/// The same slice inside the original, so that it lives as long.
fn text_in<'w>(whole: &'w str, part: &str) -> &'w str {
    whole.find(part).map_or(whole, |at| &whole[at..at + part.len()])
}

fn hint(parts: &[&str], text: &str, names: &Names, place: Place) -> String {
    let is_level = |level: &str| names.levels.iter().any(|l| l == level);
    match *parts {
        ["level", "=" | ">" | "==", level] if is_level(level) => {
            format!("a level counts upwards: write \"level >= {level}\"")
        }
        _ if is_level(text) => format!("did you mean \"level >= {text}\"?"),
        _ if names.teams.contains(text) => format!("did you mean \"team = {text}\"?"),
        _ if names.people.contains(text) => format!("did you mean \"person = {text}\"?"),
        _ => place.forms().to_owned(),
    }
}
