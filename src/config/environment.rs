//! The environment: the process's own, and `.env` beneath it.

use super::problem::SettingProblem;
use secrecy::{ExposeSecret, SecretString};
use std::{collections::BTreeMap, path::Path};

/// Variables by name. Values are secrets: some of them are, and nobody can tell which.
#[derive(Clone, Debug, Default)]
pub struct Environment(BTreeMap<String, SecretString>);

impl Environment {
    /// From a map, for tests and the demo.
    pub fn from_map<K: Into<String>, V: Into<String>>(map: impl IntoIterator<Item = (K, V)>) -> Self {
        Self(map.into_iter().map(|(k, v)| (k.into(), SecretString::from(v.into()))).collect())
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
        Ok(Self(all))
    }

    /// A variable; an empty one counts as unset. Connectors find the passwords here that the policy file names.
    pub fn secret(&self, name: &str) -> Option<SecretString> {
        self.0.get(name).filter(|value| !value.expose_secret().trim().is_empty()).cloned()
    }
    /// The same, for what is no secret.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        self.secret(name).map(|value| value.expose_secret().trim().to_owned())
    }
    /// All names.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}

/// A name is no secret; anything else before an `=` might be a part of one.
fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
}
