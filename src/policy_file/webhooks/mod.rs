//! `[webhooks.NAME]`, `[hooks.NAME]` and `[chat_webhooks.NAME]`: who is told by HTTP, and who may tell us.

mod chat;
mod inbound;
mod outbound;
mod target;
mod template;

pub use chat::ChatWebhookSettings;
pub use inbound::{HookAction, HookSettings, Reading};
pub use outbound::{Format, Signature, WebhookSettings};
pub use target::Target;
pub use template::{Piece, Template};

use super::{
    Context,
    names::canonical,
    problem::{Problem, problem_at},
    section::{Section, Word, cut},
};
use std::ops::Range;
use toml::de::DeValue;

/// All of them, in order of name.
#[derive(Clone, Debug, Default)]
pub struct Webhooks {
    /// Who is told of every event.
    pub outbound: Vec<WebhookSettings>,
    /// Who may open requests and vote.
    pub inbound: Vec<HookSettings>,
    /// Chat systems that only take messages.
    pub chat: Vec<ChatWebhookSettings>,
}

impl Webhooks {
    /// None at all?
    pub fn is_empty(&self) -> bool {
        self.outbound.is_empty() && self.inbound.is_empty() && self.chat.is_empty()
    }
}

/// A line of the file, for problems that only show once the environment is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spot(Problem);

impl Spot {
    fn of(section: &Section<'_>, span: &Range<usize>) -> Self {
        let report = section.report;
        Self(problem_at(report.file, report.text, span.start, String::new(), String::new()))
    }
    /// A problem there.
    pub fn problem(&self, what: impl Into<String>, hint: impl Into<String>) -> Problem {
        Problem { what: what.into(), hint: hint.into(), ..self.0.clone() }
    }
}

pub(super) fn read(root: &Section<'_>, context: &Context<'_>) -> Webhooks {
    let mut found = Webhooks::default();
    for (name, section) in named(root, "webhooks", "webhook") {
        found.outbound.extend(outbound::read(&name, &section, context));
        section.finish();
    }
    for (name, section) in named(root, "hooks", "hook") {
        found.inbound.extend(inbound::read(&name, &section, context));
        section.finish();
    }
    for (name, section) in named(root, "chat_webhooks", "chat webhook") {
        found.chat.extend(chat::read(&name, &section));
        section.finish();
    }
    found
}

/// The tables below `[key]`, each with its name.
fn named<'a>(root: &Section<'a>, key: &'static str, what: &str) -> Vec<(String, Section<'a>)> {
    let Some(all) = root.section(key, format!("[{key}]")) else { return Vec::new() };
    let mut found = Vec::new();
    for (name, value) in all.entries() {
        let DeValue::Table(table) = value.get_ref() else {
            let hint = format!("write [{key}.NAME] and its settings below");
            root.report.problem(&name.span, format!("\"{}\" must be a section", cut(name.text)), hint);
            continue;
        };
        let section = Section::new(table, value.span(), format!("[{key}.{}]", cut(name.text)), root.report);
        if canonical(root.report, what, &name).is_some() {
            found.push((name.text.to_owned(), section));
        }
    }
    found
}

/// The name of an environment variable.
fn variable(section: &Section<'_>, key: &'static str) -> Option<String> {
    let word: Word<'_> = section.text(key)?;
    let fits = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    if word.text.chars().all(fits) && word.text.starts_with(|c: char| c.is_ascii_uppercase()) {
        return Some(word.text.to_owned());
    }
    let what = format!("{key} must name an environment variable");
    section.report.problem(&word.span, what, "upper-case letters, digits and \"_\", as in \"AUDIT_HOOK_SECRET\"");
    None
}

/// The same, and it must be there (rule 45).
fn required_variable(section: &Section<'_>, key: &'static str, example: &str) -> Option<String> {
    if !section.has(key) {
        section.missing(key, example);
    }
    variable(section, key)
}
