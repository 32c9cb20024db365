//! Names: their canonical form, and which there are.

use super::{
    problem::{Report, Span},
    section::{Section, Word, cut},
};
use countersign_engine::ask::nearest;
use std::collections::{BTreeMap, BTreeSet};
use toml::de::DeValue;

/// Everything the file gives a name to, collected before anything is judged, so that one mistake does not make others.
#[derive(Default)]
pub(super) struct Names {
    pub levels: Vec<String>,
    pub teams: BTreeSet<String>,
    pub people: BTreeSet<String>,
    pub resources: BTreeSet<String>,
    pub access: BTreeSet<String>,
    pub tags: BTreeSet<String>,
    pub connectors: BTreeSet<String>,
    pub workflows: BTreeSet<String>,
    pub chat_webhooks: BTreeSet<String>,
}

impl Names {
    pub fn collect(root: &Section<'_>) -> Self {
        let top = root.raw();
        let mut names = Self::default();
        if let Some(organisation) = top.get("organisation").map(|o| o.get_ref()) {
            names.levels.extend(texts(organisation.get("levels").map(|v| v.get_ref())));
            names.teams.extend(texts(organisation.get("teams").map(|v| v.get_ref())));
        }
        let list = |key: &str| top.get(key).and_then(|v| v.get_ref().as_array()).into_iter().flatten();
        for person in list("people") {
            names.people.extend(texts(person.get_ref().get("id").map(|v| v.get_ref())));
        }
        for resource in list("resources").map(|r| r.get_ref()) {
            let of = |key: &str| texts(resource.get(key).map(|v| v.get_ref()));
            names.resources.extend(of("id"));
            names.tags.extend(of("tags"));
            match resource.get("access") {
                None => names.access.extend(["access".to_owned()]),
                Some(_) => names.access.extend(of("access")),
            }
        }
        for workflow in list("workflows") {
            names.workflows.extend(texts(workflow.get_ref().get("id").map(|v| v.get_ref())));
        }
        let tables = |key: &str| top.get(key).and_then(|c| c.get_ref().as_table()).into_iter().flatten();
        names.connectors.extend(tables("connectors").map(|(key, _)| key.get_ref().to_string()));
        names.chat_webhooks.extend(tables("chat_webhooks").map(|(key, _)| key.get_ref().to_string()));
        names
    }
}

fn texts(value: Option<&DeValue<'_>>) -> Vec<String> {
    match value {
        Some(DeValue::String(text)) => vec![text.to_string()],
        Some(DeValue::Array(list)) => list.iter().filter_map(|v| v.get_ref().as_str().map(str::to_owned)).collect(),
        _ => Vec::new(),
    }
}

/// "did you mean", or the list of what there is.
pub(super) fn nearest_or_all<'a>(wanted: &str, all: impl Iterator<Item = &'a str> + Clone, list: &str) -> String {
    match nearest(wanted, all.clone()).as_slice() {
        [] => {
            let some: Vec<&str> = all.clone().take(12).collect();
            let more = if all.count() > 12 { ", ..." } else { "" };
            if some.is_empty() { String::new() } else { format!("{list} {}{more}", some.join(", ")) }
        }
        near => format!("did you mean \"{}\"?", near.join("\" or \"")),
    }
}

/// Takes a word that must be one of `all`.
pub(super) fn known<'w, 'a>(
    report: &Report<'_>,
    what: &str,
    word: &Word<'w>,
    all: impl Iterator<Item = &'a str> + Clone,
) -> Option<&'w str> {
    if all.clone().any(|name| name == word.text) {
        return Some(word.text);
    }
    let hint = nearest_or_all(word.text, all.clone(), "there are");
    let hint = match (hint.as_str(), what) {
        // That there are no levels at all is said where they are missing.
        ("", "level") => return None,
        ("", "team") => "there are no teams: add teams = [...] to [organisation]".to_owned(),
        ("", _) => format!("the file names no {what} at all"),
        _ => hint,
    };
    report.problem(&word.span, format!("unknown {what} \"{}\"", cut(word.text)), hint);
    None
}

/// Takes a name in its canonical form: lower-case letters, digits, `-`, `_` and `.`, with a letter or digit at both ends
/// (THREATS E09). Two names that look alike can then never be two things.
pub(super) fn canonical<'w>(report: &Report<'_>, what: &str, word: &Word<'w>) -> Option<&'w str> {
    let text = word.text;
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let well_formed = text.chars().all(|c| plain(c) || matches!(c, '-' | '_' | '.'))
        && text.starts_with(plain)
        && text.ends_with(plain)
        && text.len() <= 64;
    if well_formed {
        return Some(text);
    }
    let hyphen = |c: char| if plain(c) || matches!(c, '_' | '.') { c } else { '-' };
    let mut rewritten: String = text.to_lowercase().chars().map(hyphen).take(64).collect();
    while rewritten.contains("--") {
        rewritten = rewritten.replace("--", "-");
    }
    let rule = "lower-case letters, digits, \"-\", \"_\" and \".\", at most 64";
    let hint = match rewritten.trim_matches(['-', '_', '.']) {
        better if better.is_empty() || !text.is_ascii() => format!("use {rule}"),
        better => format!("use {rule}, as in \"{better}\""),
    };
    let article = if what.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    report.problem(&word.span, format!("\"{}\" cannot be the name of {article} {what}", cut(text)), hint);
    None
}

/// Refuses the second thing of the same name.
#[derive(Default)]
pub(super) struct Seen(BTreeMap<String, usize>);

impl Seen {
    /// Is it the first of its name?
    pub fn first(&mut self, report: &Report<'_>, what: &str, name: &str, span: &Span) -> bool {
        let line = report.line(span);
        match self.0.get(name) {
            None => self.0.insert(name.to_owned(), line).is_none(),
            Some(other) => {
                let hint = format!("the other one is at line {other}");
                report.problem(span, format!("a second {what} \"{}\"", cut(name)), hint);
                false
            }
        }
    }
}

/// A line of free text for people: no control characters, nothing that turns the reading direction.
pub(super) fn plain_line(report: &Report<'_>, key: &str, word: &Word<'_>, most: usize) -> Option<String> {
    let sly = |c: char| {
        c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    if word.text.chars().any(sly) {
        report.problem(&word.span, format!("\"{key}\" holds invisible or control characters"), "type it anew");
        return None;
    }
    if word.text.trim().is_empty() || word.text.chars().count() > most {
        report.problem(&word.span, format!("\"{key}\" must be 1 to {most} characters long"), "");
        return None;
    }
    Some(word.text.trim().to_owned())
}
