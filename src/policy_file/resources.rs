//! `[[resources]]` and `[connectors.NAME]`: what can be asked for, and who grants it (rule 2).

use super::{
    ConnectorSettings,
    names::{Names, Seen, canonical, known, plain_line},
    problem::Report,
    raw::{Raw, RawPlace},
    section::{Section, Word, cut},
};
use countersign_engine::{
    id::{AccessLevel, PersonId, ResourceId},
    resource::{Kind, Resource},
};
use std::{collections::BTreeMap, sync::Arc};
use toml::de::DeValue;

/// The kinds of connector. Those that need no settings can be used by that name without a section.
pub(super) const CONNECTORS: [(&str, NeedsSettings); 3] = [
    ("approval-only", NeedsSettings(false)),
    ("forward-auth", NeedsSettings(false)),
    ("postgres", NeedsSettings(true)),
];

pub(super) struct NeedsSettings(bool);

/// The text of the file and its name, as [`Raw`] keeps them.
pub(super) struct Copies {
    pub file: Arc<str>,
    pub text: Arc<str>,
}

impl Copies {
    fn raw(&self, place: RawPlace) -> Raw {
        Raw { place, file: self.file.clone(), text: self.text.clone() }
    }
}

pub(super) type Resources = (BTreeMap<ResourceId, Resource>, BTreeMap<ResourceId, Raw>);

pub(super) fn resources(root: &Section<'_>, names: &Names, copies: &Copies) -> Resources {
    let mut seen = Seen::default();
    let (mut resources, mut targets) = Resources::default();
    for (nth, section) in root.sections("resources", "[[resources]]").into_iter().enumerate() {
        let resource = resource(&section, names, &mut seen);
        let target = section.section("target", "the resource's target");
        if let (Some(_), Some(resource)) = (target, &resource) {
            targets.insert(resource.id.clone(), copies.raw(RawPlace::Target(nth)));
        }
        section.finish();
        resources.extend(resource.map(|r| (r.id.clone(), r)));
    }
    (resources, targets)
}

fn resource(section: &Section<'_>, names: &Names, seen: &mut Seen) -> Option<Resource> {
    let report = section.report;
    let word = section.required_text("id", "\"prod-db\"");
    let id = word.as_ref().and_then(|word| canonical(report, "resource", word));
    if let (Some(id), Some(word)) = (id, &word) {
        seen.first(report, "resource", id, &word.span);
    }
    let description = section.text("description").and_then(|word| plain_line(report, "description", &word, 200));
    let kind = section.required_text("kind", "\"database\"").and_then(|word| {
        let key = known(report, "kind", &word, Kind::ALL.iter().map(|kind| kind.key()))?;
        Kind::ALL.into_iter().find(|kind| kind.key() == key)
    });
    let tags =
        section.words("tags").iter().filter_map(|word| canonical(report, "tag", word)).map(str::to_owned).collect();
    let person = |word: &_| known(report, "person", word, names.people.iter().map(String::as_str)).map(PersonId::new);
    let owners = section.words("owners").iter().filter_map(person).collect();
    let access = access(section);
    let default_access = match section.text("default_access") {
        None => access.first().cloned(),
        Some(word) => known(report, "access level of this resource", &word, access.iter().map(|a| a.as_str()))
            .map(AccessLevel::new),
    };
    if !section.has("max_duration") {
        section.missing("max_duration", "\"8h\"");
    }
    let max_duration = section.length("max_duration");
    let connector = match section.text("connector") {
        None => Some("approval-only"),
        Some(word) => connector(report, &word, names),
    };
    Some(Resource {
        id: ResourceId::new(id?),
        description: description.unwrap_or_default(),
        kind: kind?,
        tags,
        owners,
        access,
        default_access: default_access?,
        max_duration: max_duration?,
        connector: connector?.to_owned(),
    })
}

/// Access levels, least first; `access` when the resource has only one.
fn access(section: &Section<'_>) -> Vec<AccessLevel> {
    if !section.has("access") {
        section.value("access");
        return vec![AccessLevel::new("access")];
    }
    let words = section.words("access");
    if words.is_empty() {
        let hint = "name at least one, the least first, or leave the key out";
        section.report.problem(&section.at("access"), "there are no access levels", hint);
    }
    let mut seen = Seen::default();
    let mut levels = Vec::new();
    for word in words {
        if let Some(level) = canonical(section.report, "access level", &word)
            && seen.first(section.report, "access level", level, &word.span)
        {
            levels.push(AccessLevel::new(level));
        }
    }
    levels
}

fn connector<'w>(report: &Report<'_>, word: &Word<'w>, names: &Names) -> Option<&'w str> {
    let is_kind = CONNECTORS.iter().any(|(kind, needs)| *kind == word.text && needs.0);
    if is_kind && !names.connectors.contains(word.text) {
        let hint = format!("add a section [connectors.{0}] with kind = \"{0}\" and its settings", word.text);
        report.problem(&word.span, format!("there is no connector \"{}\" yet", word.text), hint);
        return None;
    }
    known(report, "connector", word, usable(names))
}

/// Connectors with a section of their own, and kinds that need none.
fn usable(names: &Names) -> impl Iterator<Item = &str> + Clone {
    let built_in = CONNECTORS.iter().filter(|(_, needs)| !needs.0).map(|(kind, _)| *kind);
    let own = names.connectors.iter().map(String::as_str);
    own.chain(built_in.filter(|kind| !names.connectors.contains(*kind)))
}

pub(super) fn connectors(root: &Section<'_>, copies: &Copies) -> BTreeMap<String, ConnectorSettings> {
    let mut found = BTreeMap::new();
    let Some(all) = root.section("connectors", "[connectors]") else { return found };
    for (name, value) in all.entries() {
        let DeValue::Table(table) = value.get_ref() else {
            let hint = "write [connectors.NAME] and its settings below";
            root.report.problem(&name.span, format!("\"{}\" must be a section", cut(name.text)), hint);
            continue;
        };
        let section = Section::new(table, value.span(), format!("[connectors.{}]", name.text), root.report);
        canonical(root.report, "connector", &name);
        refuse_secrets(&section, root.report);
        let kind = section.required_text("kind", "\"postgres\"");
        let kind = kind.and_then(|word| known(root.report, "kind of connector", &word, CONNECTORS.iter().map(|c| c.0)));
        if let Some(kind) = kind {
            let settings = copies.raw(RawPlace::Connector(name.text.to_owned()));
            found.insert(name.text.to_owned(), ConnectorSettings { kind: kind.to_owned(), settings });
        }
    }
    found
}

/// A policy file is shown, copied and reviewed: a secret has no place in it.
fn refuse_secrets(section: &Section<'_>, report: &Report<'_>) {
    const WORDS: [&str; 4] = ["password", "secret", "token", "private_key"];
    for (key, _) in section.entries() {
        if WORDS.iter().any(|word| key.text.ends_with(word)) {
            let what = format!("\"{}\" looks like a secret, and secrets are never in the policy file", cut(key.text));
            let hint = format!("name an environment variable that holds it: {}_env = \"...\"", cut(key.text));
            report.problem(&key.span, what, hint);
        }
    }
}
