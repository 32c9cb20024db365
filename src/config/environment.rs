//! The environment: the process's own, and `.env` beneath it.

use super::{files, problem::SettingProblem};
use secrecy::{ExposeSecret, SecretString};
use std::{collections::BTreeMap, path::Path};

/// Variables by name. Values are secrets: some of them are, and nobody can tell which.
#[derive(Clone, Debug, Default)]
pub struct Environment {
    values: BTreeMap<String, SecretString>,
    /// Variables that a file was to hold, and why it does not.
    unread: BTreeMap<String, String>,
}

impl Environment {
    /// From a map, for tests and the demo.
    pub fn from_map<K: Into<String>, V: Into<String>>(map: impl IntoIterator<Item = (K, V)>) -> Self {
        Self::with_files(map.into_iter().map(|(k, v)| (k.into(), SecretString::from(v.into()))).collect())
    }

    /// From the process; what it does not set comes from `file`, if there is one. Variables of the process are never
    /// changed. Errors: the file is there but cannot be read as one.
    pub fn of_process(file: &Path) -> Result<Self, SettingProblem> {
        let mut all = BTreeMap::new();
        let trouble = |what: String| SettingProblem {
            name: file.display().to_string(),
            what,
            hint: "one NAME=VALUE a line; quote values that hold spaces or #".into(),
        };
        match dotenvy::from_path_iter(file) {
            Err(error) if error.not_found() => {}
            Err(error) => return Err(trouble(error.to_string())),
            Ok(entries) => {
                for entry in entries {
                    // The parser's message quotes the line, which may hold a secret.
                    let (name, value) = entry.map_err(|error| match error {
                        dotenvy::Error::LineParse(line, at) => {
                            let name = line.split_once('=').map(|(name, _)| name.trim()).filter(|name| is_name(name));
                            let which = name.map_or("a line".to_owned(), |name| format!("the line of {name}"));
                            trouble(format!("{which} is not NAME=VALUE, at its character {at}"))
                        }
                        other => trouble(other.to_string()),
                    })?;
                    all.insert(name, SecretString::from(value));
                }
            }
        }
        for (name, value) in std::env::vars_os() {
            if let (Ok(name), Ok(value)) = (name.into_string(), value.into_string()) {
                all.insert(name, SecretString::from(value));
            }
        }
        Ok(Self::with_files(all))
    }

    /// `NAME_FILE=PATH` gives `NAME` what the file holds: orchestrators hand out secrets as files.
    fn with_files(mut values: BTreeMap<String, SecretString>) -> Self {
        let mut unread = BTreeMap::new();
        for (name, path) in files::named_in(&values) {
            match files::read(&path) {
                _ if values.get(&name).is_some_and(|value| !is_blank(value)) => {
                    unread.insert(name.clone(), format!("is set, and so is {name}_FILE"));
                }
                Ok(value) => drop(values.insert(name, value)),
                Err(why) => drop(unread.insert(name, format!("cannot be read from {path}: {why}"))),
            }
        }
        Self { values, unread }
    }

    /// A variable; an empty one counts as unset. Connectors find the passwords here that the policy file names.
    pub fn secret(&self, name: &str) -> Option<SecretString> {
        self.values.get(name).filter(|value| !is_blank(value)).cloned()
    }
    /// The same, for what is no secret.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        self.secret(name).map(|value| value.expose_secret().trim().to_owned())
    }
    /// All names.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.values.keys().map(String::as_str)
    }
    /// Variables that a file was to hold and does not, each with why.
    pub(super) fn unread(&self) -> impl Iterator<Item = (&str, &str)> {
        self.unread.iter().map(|(name, why)| (name.as_str(), why.as_str()))
    }
}

fn is_blank(value: &SecretString) -> bool {
    value.expose_secret().trim().is_empty()
}

/// A name is no secret; anything else before an `=` might be a part of one.
fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
}
