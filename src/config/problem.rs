//! What is wrong with a setting.

use std::fmt;

/// One setting that is wrong. Never holds a secret's value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingProblem {
    /// The variable or file.
    pub name: String,
    /// What is wrong.
    pub what: String,
    /// What would work.
    pub hint: String,
}

impl fmt::Display for SettingProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}\n  hint: {}", self.name, self.what, self.hint)
    }
}

/// All of them; never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingProblems(pub Vec<SettingProblem>);

impl fmt::Display for SettingProblems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all: Vec<String> = self.0.iter().map(ToString::to_string).collect();
        f.write_str(&all.join("\n"))
    }
}
impl std::error::Error for SettingProblems {}
