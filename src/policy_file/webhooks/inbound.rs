//! `[hooks.NAME]`: another system that opens requests or votes, as a person of the directory.

use super::{
    super::{
        Context,
        names::known,
        section::{Section, cut},
    },
    Spot, Template, required_variable, template, variable,
};
use countersign_engine::id::PersonId;
use toml::de::DeValue;

/// One `[hooks.NAME]`, served at `POST /hooks/NAME`.
#[derive(Clone, Debug)]
pub struct HookSettings {
    /// Its name.
    pub name: String,
    /// The variable with the keys that the sender signs with.
    pub secret_env: String,
    /// The variable with those that are on their way out.
    pub previous_secret_env: Option<String>,
    /// Who acts.
    pub person: PersonId,
    /// What they do.
    pub action: HookAction,
    /// Where it stands in the file.
    pub spot: Spot,
}

/// What a message makes its person do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HookAction {
    /// Vote.
    Vote {
        /// The request's id or short id.
        request: Template,
        /// Yes or no.
        decision: Reading,
        /// In the sender's words.
        note: Option<Template>,
        /// The step that the sender looked at, from 1.
        step: Option<Template>,
    },
    /// Open a request.
    Request {
        /// The resource.
        resource: Template,
        /// The access level; the resource's default when absent.
        access: Option<Template>,
        /// For how long.
        duration: Template,
        /// Why.
        reason: Option<Template>,
    },
}

/// How a message is read: where it says yes or no.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reading {
    /// Every message is a yes (`true`) or a no.
    Always(bool),
    /// The word there says it; any other word means nothing yet.
    Word {
        /// Where.
        at: Template,
        /// Words that mean yes.
        approve: Vec<String>,
        /// Words that mean no.
        deny: Vec<String>,
    },
}

pub(super) fn read(name: &str, section: &Section<'_>, context: &Context<'_>) -> Option<HookSettings> {
    let report = section.report;
    let secret_env = required_variable(section, "secret_env", "\"VARIABLE\", which holds the sender's key");
    let previous_secret_env = variable(section, "previous_secret_env");
    let person = section.required_text("person", "the id of the [[people]] entry that acts").and_then(|word| {
        known(report, "person", &word, context.names.people.iter().map(String::as_str)).map(PersonId::new)
    });
    let action = section
        .required_text("action", "\"vote\" or \"request\"")
        .and_then(|word| known(report, "action", &word, ["vote", "request"].into_iter()));
    let action = match action {
        Some("vote") => vote(section),
        Some(_) => request(section),
        None => {
            // Which keys there may be depends on it; one mistake is enough.
            for key in ["request", "decision", "note", "step", "resource", "access", "duration", "reason"] {
                section.value(key);
            }
            None
        }
    };
    Some(HookSettings {
        name: name.to_owned(),
        secret_env: secret_env?,
        previous_secret_env,
        person: person?,
        action: action?,
        spot: Spot::of(section, &section.at("secret_env")),
    })
}

fn vote(section: &Section<'_>) -> Option<HookAction> {
    let request = template::required(section, "request", "\"/request\", where the sender's JSON names the request");
    let decision = decision(section);
    let (note, step) = (template::read(section, "note"), template::read(section, "step"));
    Some(HookAction::Vote { request: request?, decision: decision?, note, step })
}

fn request(section: &Section<'_>) -> Option<HookAction> {
    let resource = template::required(section, "resource", "\"prod-db\", or \"/resource\" to read it");
    let duration = template::required(section, "duration", "\"1h\", or \"/duration\" to read it");
    let (access, reason) = (template::read(section, "access"), template::read(section, "reason"));
    Some(HookAction::Request { resource: resource?, access, duration: duration?, reason })
}

/// `"approve"`, `"deny"`, or `{ at = "/status", approve = ["success"], deny = ["failure"] }`.
fn decision(section: &Section<'_>) -> Option<Reading> {
    const FORM: &str = "{ at = \"/status\", approve = [\"success\"], deny = [\"failure\"] }";
    let report = section.report;
    if !section.has("decision") {
        section.missing("decision", FORM);
    }
    let (value, _) = section.value("decision")?;
    match value.get_ref() {
        DeValue::String(text) if text == "approve" => Some(Reading::Always(true)),
        DeValue::String(text) if text == "deny" => Some(Reading::Always(false)),
        DeValue::Table(_) => {
            let table = section.section("decision", format!("the decision of {}", section.title))?;
            let at = template::required(&table, "at", "\"/status\"");
            let words = |key| table.words(key).iter().map(|word| word.text.to_owned()).collect::<Vec<_>>();
            let (approve, deny) = (words("approve"), words("deny"));
            if approve.is_empty() && deny.is_empty() {
                report.problem(&table.span, "no word means yes and none means no", format!("write decision = {FORM}"));
            }
            if let Some(both) = approve.iter().find(|word| deny.contains(word)) {
                report.problem(
                    &table.span,
                    format!("\"{}\" means yes and no", cut(both)),
                    "leave it in one of the lists",
                );
            }
            table.finish();
            Some(Reading::Word { at: at?, approve, deny })
        }
        _ => {
            let hint = format!("write decision = {FORM}, or \"approve\" or \"deny\" where every message means it");
            report.problem(&value.span(), "this is not a decision", hint);
            None
        }
    }
}
