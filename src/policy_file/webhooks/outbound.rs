//! `[webhooks.NAME]`: who is told of every event.

use super::{
    super::{
        Context,
        names::{known, nearest_or_all},
        section::{Section, Word, cut},
    },
    Target, required_variable, target, variable,
};
use crate::webhooks::kinds::KINDS;

/// How messages are signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signature {
    /// HMAC-SHA256.
    Hmac,
    /// Ed25519.
    Ed25519,
    /// Both.
    Both,
}

/// How messages look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// `{type, timestamp, data}`, as the Standard Webhooks specification recommends.
    Standard,
    /// CloudEvents 1.0 in structured mode.
    CloudEvents,
}

/// One `[webhooks.NAME]`.
#[derive(Clone, Debug)]
pub struct WebhookSettings {
    /// Its name.
    pub name: String,
    /// Where it is sent.
    pub target: Target,
    /// The variable with the keys that sign.
    pub secret_env: String,
    /// The variable with the keys that sign as well, while receivers change over.
    pub previous_secret_env: Option<String>,
    /// How it is signed; as the keys are when absent.
    pub signature: Option<Signature>,
    /// How messages look.
    pub format: Format,
    /// Patterns of types; empty means all.
    pub events: Vec<String>,
    /// Patterns of resources; empty means all.
    pub resources: Vec<String>,
    /// Patterns of workflows; empty means all.
    pub workflows: Vec<String>,
}

pub(super) fn read(name: &str, section: &Section<'_>, context: &Context<'_>) -> Option<WebhookSettings> {
    let report = section.report;
    let target = target::read(section);
    let secret_env = required_variable(section, "secret_env", "\"VARIABLE\", which holds the key that signs");
    let previous_secret_env = variable(section, "previous_secret_env");
    let choice = |key, what, words: &[&str]| {
        section
            .text(key)
            .and_then(|word: Word<'_>| known(report, what, &word, words.iter().copied()).map(str::to_owned))
    };
    let signature = choice("signature", "signature", &["hmac", "ed25519", "both"]);
    let format = choice("format", "format", &["standard", "cloudevents"]);
    let names = context.names;
    let resources: Vec<&str> = names.resources.iter().map(String::as_str).collect();
    let workflows: Vec<&str> = names.workflows.iter().map(String::as_str).collect();
    // All keys are read before any is missed, so that one mistake does not make others.
    let events = patterns(section, "events", "event", &KINDS);
    let resources = patterns(section, "resources", "resource", &resources);
    let workflows = patterns(section, "workflows", "workflow", &workflows);
    Some(WebhookSettings {
        name: name.to_owned(),
        target: target?,
        secret_env: secret_env?,
        previous_secret_env,
        signature: signature.map(|word| match word.as_str() {
            "hmac" => Signature::Hmac,
            "ed25519" => Signature::Ed25519,
            _ => Signature::Both,
        }),
        format: if format.as_deref() == Some("cloudevents") { Format::CloudEvents } else { Format::Standard },
        events,
        resources,
        workflows,
    })
}

/// Names and patterns, each of which must mean something.
fn patterns(section: &Section<'_>, key: &'static str, what: &str, all: &[&str]) -> Vec<String> {
    let report = section.report;
    let words = section.words(key);
    if section.has(key) && words.is_empty() {
        report.problem(&section.at(key), format!("\"{key}\" is empty"), "leave the key out to mean all of them");
    }
    let mut kept = Vec::new();
    for word in words {
        let pattern = match glob::Pattern::new(word.text) {
            Ok(pattern) => pattern,
            Err(error) => {
                let hint = "* stands for any letters, ? for one, [abc] for one of these";
                report.problem(&word.span, format!("\"{}\" is not a pattern: {}", cut(word.text), error.msg), hint);
                continue;
            }
        };
        if !all.iter().any(|name| pattern.matches(name)) {
            let hint = nearest_or_all(word.text, all.iter().copied(), "there are");
            report.problem(&word.span, format!("\"{}\" is no {what} and matches none", cut(word.text)), hint);
            continue;
        }
        kept.push(word.text.to_owned());
    }
    kept
}
