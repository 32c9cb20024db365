//! `[[people]]`: who there is (rule 1).

use super::{
    accounts,
    names::{Names, Seen, canonical, known, plain_line},
    organisation::timezone,
    preferences,
    problem::Span,
    section::{Section, cut},
};
use countersign_engine::{
    id::{Level, PersonId, TeamId},
    person::Person,
    preference::Preference,
};
use std::collections::BTreeMap;

/// Everybody, and how those who say so want to be told.
pub(super) fn read(root: &Section<'_>, names: &Names) -> (Vec<Person>, Vec<(PersonId, Preference)>) {
    let sections = root.sections("people", "[[people]]");
    if sections.is_empty() {
        root.report.problem(&root.span, "there are no people", "add a [[people]] section for each person");
    }
    let mut once = Once::default();
    let mut managers = BTreeMap::new();
    let (mut people, mut wishes) = (Vec::new(), Vec::new());
    for section in sections {
        let preference = preferences::read(&section);
        if let Some(person) = person(&section, names, &mut once) {
            if let Some(manager) = &person.manager {
                managers.insert(person.id.clone(), (manager.clone(), section.at("manager")));
            }
            wishes.extend(preference.map(|preference| (person.id.clone(), preference)));
            people.push(person);
        }
        section.finish();
    }
    refuse_cycles(root, &managers);
    (people, wishes)
}

/// What may be there only once.
#[derive(Default)]
struct Once {
    ids: Seen,
    emails: Seen,
    accounts: Seen,
}

fn person(section: &Section<'_>, names: &Names, once: &mut Once) -> Option<Person> {
    let report = section.report;
    let word = section.required_text("id", "\"alice\"");
    let id = word.as_ref().and_then(|word| canonical(report, "person", word));
    if let (Some(id), Some(word)) = (id, &word) {
        once.ids.first(report, "person", id, &word.span);
    }
    let name = section.text("name").and_then(|word| plain_line(report, "name", &word, 100));
    let email = section.required_text("email", "\"alice@example.com\"");
    if let Some(email) = &email {
        let lower = email.text.to_lowercase();
        if !accounts::is_email(&lower) || plain_line(report, "email", email, 254).is_none() {
            let what = format!("\"{}\" is not an e-mail address", cut(email.text));
            report.problem(&email.span, what, "such as \"alice@example.com\"");
        } else {
            once.emails.first(report, "person with the e-mail", &lower, &email.span);
        }
    }
    let level = section.required_text("level", &format!("\"{}\"", names.levels.first().map_or("member", |l| l)));
    let level = level.and_then(|word| known(report, "level", &word, names.levels.iter().map(String::as_str)));
    let team = |word: &_| known(report, "team", word, names.teams.iter().map(String::as_str)).map(TeamId::new);
    let teams = section.words("teams").iter().filter_map(team).collect();
    let manager = section.text("manager");
    let manager = manager.and_then(|word| known(report, "person", &word, names.people.iter().map(String::as_str)));
    let accounts = accounts::read(section, &mut once.accounts);
    let timezone = section.text("timezone").and_then(|word| timezone(section, &word));
    let active = section.flag("active").unwrap_or(true);
    Some(Person {
        id: PersonId::new(id?),
        name: name.unwrap_or_else(|| id.unwrap_or_default().to_owned()),
        email: email?.text.to_owned(),
        level: Level::new(level?),
        teams,
        manager: manager.map(PersonId::new),
        accounts,
        timezone,
        active,
    })
}

/// Nobody is their own manager, however far the way round.
fn refuse_cycles(root: &Section<'_>, managers: &BTreeMap<PersonId, (PersonId, Span)>) {
    for (start, (first, span)) in managers {
        let mut way = vec![start];
        let mut next = Some(first);
        while let Some(person) = next {
            if person == start {
                // The cycle is said once, at its first member by id.
                if way.iter().all(|member| *member >= start) {
                    let round: Vec<&str> = way.iter().chain([&start]).map(|p| p.as_str()).collect();
                    let what = format!("{start} would be their own manager: {}", round.join(" -> "));
                    root.report.problem(span, what, "leave \"manager\" out for whoever is at the top");
                }
                break;
            }
            if way.contains(&person) {
                break;
            }
            way.push(person);
            next = managers.get(person).map(|(manager, _)| manager);
        }
    }
}
