//! What is wrong with a policy file, and where.

use std::{cell::RefCell, collections::BTreeSet, fmt, ops::Range};

/// One mistake at its place. Prints as `policy.toml:42:5: unknown team "secrity"`, then a `hint:` line.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// The file as the operator named it.
    pub file: String,
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
    /// What is wrong.
    pub what: String,
    /// What would work; may be empty.
    pub hint: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}: {}", self.file, self.line, self.column, self.what)?;
        match self.hint.is_empty() {
            true => Ok(()),
            false => write!(f, "\n  hint: {}", self.hint),
        }
    }
}

/// All mistakes of a file, in order of place; never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problems(pub Vec<Problem>);

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, problem) in self.0.iter().enumerate() {
            if n > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{problem}")?;
        }
        Ok(())
    }
}
impl std::error::Error for Problems {}

/// Byte offsets into the file.
pub(super) type Span = Range<usize>;

/// Collects problems and warnings while the file is read.
pub(super) struct Report<'a> {
    pub file: &'a str,
    pub text: &'a str,
    problems: RefCell<BTreeSet<Problem>>,
    warnings: RefCell<BTreeSet<Problem>>,
}

impl<'a> Report<'a> {
    pub fn new(file: &'a str, text: &'a str) -> Self {
        Self { file, text, problems: RefCell::default(), warnings: RefCell::default() }
    }
    pub fn problem(&self, span: &Span, what: impl Into<String>, hint: impl Into<String>) {
        self.problems.borrow_mut().insert(problem_at(self.file, self.text, span.start, what.into(), hint.into()));
    }
    pub fn warn(&self, span: &Span, what: impl Into<String>, hint: impl Into<String>) {
        self.warnings.borrow_mut().insert(problem_at(self.file, self.text, span.start, what.into(), hint.into()));
    }
    /// The line of a place, from 1.
    pub fn line(&self, span: &Span) -> usize {
        place(self.text, span.start).0
    }
    /// `Err` when there was any problem.
    pub fn so_far(&self) -> Result<(), Problems> {
        match self.problems.borrow().is_empty() {
            true => Ok(()),
            false => Err(Problems(in_order(&self.problems))),
        }
    }
    pub fn warnings(&self) -> Vec<Problem> {
        in_order(&self.warnings)
    }
}

fn in_order(found: &RefCell<BTreeSet<Problem>>) -> Vec<Problem> {
    found.borrow().iter().cloned().collect()
}

/// A problem at a byte offset of a text.
pub(super) fn problem_at(file: &str, text: &str, offset: usize, what: String, hint: String) -> Problem {
    let (line, column) = place(text, offset);
    Problem { file: file.to_owned(), line, column, what, hint }
}

fn place(text: &str, offset: usize) -> (usize, usize) {
    let before = text.get(..offset.min(text.len())).unwrap_or(text);
    let start = before.rfind('\n').map_or(0, |n| n + 1);
    (before.matches('\n').count() + 1, before[start..].chars().count() + 1)
}
