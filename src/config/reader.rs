//! Reads settings one by one, and goes on after a mistake.

use super::{Environment, problem::SettingProblem, settings::Setting};
use secrecy::SecretString;

pub(super) struct Reader<'a> {
    environment: &'a Environment,
    pub problems: Vec<SettingProblem>,
    pub warnings: Vec<SettingProblem>,
}

fn entry(setting: &Setting, what: impl Into<String>, hint: impl Into<String>) -> SettingProblem {
    SettingProblem { name: setting.name.to_owned(), what: what.into(), hint: hint.into() }
}

impl<'a> Reader<'a> {
    pub fn new(environment: &'a Environment) -> Self {
        Self { environment, problems: Vec::new(), warnings: Vec::new() }
    }
    pub fn problem(&mut self, setting: &Setting, what: impl Into<String>, hint: impl Into<String>) {
        self.problems.push(entry(setting, what, hint));
    }
    pub fn warn(&mut self, setting: &Setting, what: impl Into<String>, hint: impl Into<String>) {
        self.warnings.push(entry(setting, what, hint));
    }

    pub fn secret(&self, setting: &Setting) -> Option<SecretString> {
        self.environment.secret(setting.name)
    }
    pub fn text(&self, setting: &Setting) -> String {
        self.environment.text(setting.name).unwrap_or_else(|| setting.default.to_owned())
    }
    /// An http or https URL without a slash at the end; `None` when it has neither value nor default, or is none.
    pub fn url(&mut self, setting: &Setting) -> Option<String> {
        let text = self.text(setting);
        if text.is_empty() {
            return None;
        }
        let url = reqwest::Url::parse(&text).ok();
        let usable = url.filter(|u| {
            matches!(u.scheme(), "http" | "https")
                && u.has_host()
                && u.query().is_none()
                && u.fragment().is_none()
                && u.username().is_empty()
                && u.password().is_none()
        });
        if usable.is_none() {
            let hint = "such as https://access.example.com, without a query";
            self.problem(setting, "is not an http or https address", hint);
        }
        usable.map(|u| u.as_str().trim_end_matches('/').to_owned())
    }
}
