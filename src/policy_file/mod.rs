//! The policy file: text to policy, with every mistake at its line (rules 4 and 6).
//!
//! Fails closed (THREATS E08): a file with a single problem is not loaded at all, and nothing in it is skipped or guessed.

mod accounts;
mod conditions;
mod load;
mod names;
mod notify;
mod organisation;
mod people;
mod preferences;
mod problem;
mod raw;
mod resources;
mod section;
mod selectors;
mod steps;
mod syntax;
mod verify;
pub mod webhooks;
mod workflows;

pub use load::{LoadError, load};
pub use notify::place;
pub use problem::{Problem, Problems};
pub use raw::Raw;

use chrono_tz::Tz;
use countersign_engine::{directory::Directory, id::ResourceId, policy::Policy};
use names::Names;
use problem::Report;
use section::Section;
use std::collections::BTreeMap;

/// A policy file that holds.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The policy.
    pub policy: Policy,
    /// `[connectors.NAME]` by name. `approval-only` and `forward-auth` are there by that name without a section.
    pub connectors: BTreeMap<String, ConnectorSettings>,
    /// What connectors need to know about single resources: each resource's `target`.
    pub targets: BTreeMap<ResourceId, Raw>,
    /// Who is told by HTTP, and who may tell us.
    pub webhooks: webhooks::Webhooks,
    /// What loads, but is probably not meant.
    pub warnings: Vec<Problem>,
}

/// One `[connectors.NAME]`.
#[derive(Clone, Debug)]
pub struct ConnectorSettings {
    /// Which connector: `postgres`.
    pub kind: String,
    /// Everything but `kind`, for that connector to read.
    pub settings: Raw,
}

/// What sections refer to.
struct Context<'a> {
    names: &'a Names,
    timezone: Tz,
}

/// Reads a policy. `file` is the name used in messages. Errors: all mistakes at once.
pub fn parse(text: &str, file: &str) -> Result<Loaded, Problems> {
    let report = Report::new(file, text);
    let table = syntax::parse(text, &report)?;
    let root = Section::new(table.get_ref(), 0..0, "the policy file", &report);
    let names = Names::collect(&root);
    let organisation = organisation::read(&root, &names);
    let (people, preferences) = people::read(&root, &names);
    let copies = resources::Copies { file: file.into(), text: text.into() };
    let (resources, targets) = resources::resources(&root, &names, &copies);
    let connectors = resources::connectors(&root, &copies);
    let context = Context { names: &names, timezone: organisation.timezone };
    let workflows = workflows::read(&root, &context);
    let webhooks = webhooks::read(&root, &context);
    root.finish();
    report.so_far()?;

    let directory = Directory::new(organisation.levels, organisation.teams, people, organisation.timezone)
        .with_preferences(preferences);
    let by_id = workflows.iter().map(|w| (w.workflow.id.clone(), w.workflow.clone())).collect();
    let version = version(text);
    let policy = Policy { directory, resources, workflows: by_id, settings: organisation.settings, version };
    verify::workflows(&policy, &workflows, &report);
    report.so_far()?;
    Ok(Loaded { policy, connectors, targets, webhooks, warnings: report.warnings() })
}

/// The first 16 hexadecimal digits of the text's SHA-256.
fn version(text: &str) -> String {
    let digest = ring::digest::digest(&ring::digest::SHA256, text.as_bytes());
    hex::encode(&digest.as_ref()[..8])
}
