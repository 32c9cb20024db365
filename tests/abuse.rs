//! Every threat of docs/THREATS.md is shown to be met by a test `abuse_<id>_*`, or stands there as not met, with the reason; every
//! rule of docs/RULES.md is cited by a test, or stands there as not built. Neither both, nor neither.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// They look for citations and make none.
const CHECKS: [&str; 2] = ["tests/abuse.rs", "tests/tidy.rs"];
const UNMET: &str = "## Not met, and why";
const UNBUILT: &str = "## Not built, and not shown";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|e| panic!("{path}: {e}"))
}

/// All Rust files below, without what is built.
fn rust(dir: &Path, found: &mut Vec<PathBuf>) {
    for path in fs::read_dir(dir).into_iter().flatten().flatten().map(|entry| entry.path()) {
        match path.is_dir() {
            true if path.ends_with("target") => {}
            true => rust(&path, found),
            false if path.extension().is_some_and(|ending| ending == "rs") => found.push(path),
            false => {}
        }
    }
}

/// The text of every file that has tests.
fn tests() -> Vec<String> {
    let mut found = Vec::new();
    for dir in ["src", "engine", "bots", "connectors", "tests"] {
        rust(&root().join(dir), &mut found);
    }
    let text = |path: PathBuf| fs::read_to_string(path).unwrap_or_default();
    found
        .into_iter()
        .filter(|path| !CHECKS.iter().any(|check| path.ends_with(check)))
        .map(text)
        .filter(|t| t.contains("test]") || t.contains("test("))
        .collect()
}

/// Rows `| id | text |` of a part of a document; the text must say something.
fn rows(part: &str) -> BTreeMap<String, String> {
    let cells = |line: &str| line.trim_matches('|').split('|').map(|c| c.trim().to_owned()).collect::<Vec<_>>();
    let rows = part.lines().filter(|line| line.starts_with("| ")).map(cells);
    rows.filter(|cells| !["Id", "Rule"].contains(&cells[0].as_str()))
        .map(|cells| (cells[0].clone(), cells[1].clone()))
        .collect()
}

/// Both sets have nothing in common and are everything together.
fn divide(all: &BTreeSet<String>, shown: &BTreeSet<String>, excused: &BTreeMap<String, String>) -> Vec<String> {
    let mut wrong = Vec::new();
    for id in all {
        match (shown.contains(id), excused.contains_key(id)) {
            (true, true) => wrong.push(format!("{id} is shown by a test and excused as well: take the excuse away")),
            (false, false) => wrong.push(format!("{id} has neither a test nor a reason")),
            (true, false) | (false, true) => {}
        }
    }
    let known = |id: &&String| !all.contains(*id);
    wrong.extend(shown.iter().chain(excused.keys()).filter(known).map(|id| format!("{id} is not in the list")));
    wrong.extend(excused.iter().filter(|(_, why)| why.len() < 30).map(|(id, _)| format!("{id}: why?")));
    wrong
}

#[test]
fn every_threat_is_met_or_stands_as_not_met() {
    let document = read("docs/THREATS.md");
    let (threats, excuses) = document.split_once(UNMET).expect("a section on what is not met");
    let all: BTreeSet<String> = rows(threats).into_keys().collect();
    assert_eq!(all.len(), 76);
    let mut shown = BTreeSet::new();
    for text in tests() {
        for (at, word) in text.match_indices("fn abuse_") {
            shown.insert(text[at + word.len()..].chars().take(3).collect::<String>().to_uppercase());
        }
    }
    let wrong = divide(&all, &shown, &rows(excuses));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The numbers after `rule` or `rules`: `rules 11, 15 and 21`.
fn cited(text: &str, numbers: &mut BTreeSet<String>) {
    for (at, word) in text.match_indices("rule") {
        let rest = text[at + word.len()..].strip_prefix('s').unwrap_or(&text[at + word.len()..]);
        let listed = rest.split(|c: char| !(c.is_ascii_digit() || " ,and".contains(c))).next().unwrap_or_default();
        if rest.starts_with(' ') {
            numbers.extend(listed.split(|c: char| !c.is_ascii_digit()).filter(|n| !n.is_empty()).map(str::to_owned));
        }
    }
}

#[test]
fn every_rule_is_shown_or_stands_as_not_built() {
    let document = read("docs/RULES.md");
    let (rules, excuses) = document.split_once(UNBUILT).expect("a section on what is not built");
    let number = |line: &str| line.split_once(". ").map(|(n, _)| n.to_owned()).filter(|n| n.parse::<u8>().is_ok());
    let all: BTreeSet<String> = rules.lines().filter_map(number).collect();
    assert_eq!(all.len(), 53);
    let mut shown = BTreeSet::new();
    tests().iter().for_each(|text| cited(text, &mut shown));
    let wrong = divide(&all, &shown, &rows(excuses));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The check itself finds what it is for.
#[test]
fn a_gap_is_found() {
    let set = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect::<BTreeSet<_>>();
    let excused = |why: &str| BTreeMap::from([("A02".to_owned(), why.to_owned())]);
    let why = "because it is not built, and this is long enough";
    assert!(divide(&set(&["A01", "A02"]), &set(&["A01"]), &excused(why)).is_empty());
    for (all, shown, why) in [
        (&["A01", "A02"][..], &[][..], why),
        (&["A02"], &["A02"], why),
        (&["A02"], &["A09"], why),
        (&["A02"], &[], "no"),
    ] {
        assert!(!divide(&set(all), &set(shown), &excused(why)).is_empty(), "{all:?} {shown:?}");
    }
    let mut numbers = BTreeSet::new();
    cited("/// rules 11, 15 and 21: and rule 3 holds", &mut numbers);
    assert_eq!(numbers, set(&["11", "15", "21", "3"]));
}
