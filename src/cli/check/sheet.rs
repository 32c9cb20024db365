//! How findings are printed.

use super::{Findings, Verdict};

#[derive(Default)]
pub(super) struct Sheet {
    lines: Vec<String>,
    problems: usize,
    warnings: usize,
}

impl Sheet {
    /// One thing, with what was found below it.
    pub fn line(&mut self, name: &str, findings: Findings) {
        let mark = match (findings.problems.is_empty(), findings.warnings.is_empty()) {
            (false, _) => '✗',
            (true, false) => '!',
            (true, true) => '✓',
        };
        self.lines.push(format!("{mark} {name:<20} {}", findings.seen).trim_end().to_owned());
        for text in findings.problems.iter().chain(&findings.warnings) {
            self.lines.extend(text.lines().map(|line| format!("    {line}")));
        }
        self.problems += findings.problems.len();
        self.warnings += findings.warnings.len();
    }
    /// Something that could not be looked at yet.
    pub fn skipped(&mut self, name: &str, why: &str) {
        self.lines.push(format!("- {name:<20} {why}"));
    }
    pub fn verdict(self) -> Verdict {
        let count = |n: usize, noun: &str| if n == 1 { format!("1 {noun}") } else { format!("{n} {noun}s") };
        let last = match (self.problems, self.warnings) {
            (0, 0) => "Everything is in order.".to_owned(),
            (0, n) => format!("Nothing stands in the way; {}.", count(n, "warning")),
            (n, 0) => format!("{}.", count(n, "problem")),
            (n, m) => format!("{}, {}.", count(n, "problem"), count(m, "warning")),
        };
        Verdict { text: format!("{}\n\n{last}", self.lines.join("\n")), problems: self.problems }
    }
}
