//! A table that somebody else understands: a connector's settings, a resource's target.

use super::problem::{Problem, problem_at};
use serde::de::DeserializeOwned;
use std::sync::Arc;
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

/// A table of the policy file, for the connector that owns its keys. Reads the text anew, so that mistakes keep their
/// places.
#[derive(Clone, Debug)]
pub struct Raw {
    pub(super) place: RawPlace,
    pub(super) file: Arc<str>,
    pub(super) text: Arc<str>,
}

/// Which table.
#[derive(Clone, Debug)]
pub(super) enum RawPlace {
    /// `[connectors.NAME]`, less its `kind`.
    Connector(String),
    /// The `target` of the nth of the `[[resources]]`.
    Target(usize),
}

impl Raw {
    /// Reads it as the connector's own type. Errors: the first mistake, at its place in the file.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        let table = self.table();
        let span = table.span();
        T::deserialize(toml::Deserializer::from(table)).map_err(|error| {
            let at = error.span().unwrap_or(span);
            self.at(at.start, error.message().trim().replace('`', "\""), String::new())
        })
    }
    /// A problem that a connector found with one of its keys, or with the whole table.
    pub fn problem(&self, key: &str, what: impl Into<String>, hint: impl Into<String>) -> Problem {
        let table = self.table();
        let at = table.get_ref().get(key).map_or(table.span(), Spanned::span);
        self.at(at.start, what.into(), hint.into())
    }

    fn at(&self, offset: usize, what: String, hint: String) -> Problem {
        problem_at(&self.file, &self.text, offset, what, hint)
    }
    /// Empty when the table is not in the file at all.
    fn table(&self) -> Spanned<DeTable<'_>> {
        let (root, _) = DeTable::parse_recoverable(&self.text);
        let root = root.get_ref();
        let found = match &self.place {
            RawPlace::Connector(name) => root.get("connectors").and_then(|all| all.get_ref().get(name.as_str())),
            RawPlace::Target(nth) => {
                let resource = root.get("resources").and_then(|all| all.get_ref().get(*nth));
                resource.and_then(|resource| resource.get_ref().get("target"))
            }
        };
        match found.map(|value| (value.span(), value.get_ref())) {
            Some((span, DeValue::Table(table))) => {
                let mut table = table.clone();
                if matches!(self.place, RawPlace::Connector(_)) {
                    table.remove("kind");
                }
                Spanned::new(span, table)
            }
            _ => Spanned::new(0..0, DeTable::new()),
        }
    }
}
