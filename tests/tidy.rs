//! Guards what Cargo cannot: the arrows between the rooms of the house, the size of files, words and citations.

use std::{
    fs,
    path::{Path, PathBuf},
};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// Every file below `dir` with one of these endings, without what is built or installed.
fn files(dir: &str, endings: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![root().join(dir)];
    while let Some(dir) = open.pop() {
        for entry in fs::read_dir(&dir).into_iter().flatten().flatten() {
            let path = entry.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if path.is_dir() && !["target", "node_modules", ".git"].contains(&name.as_str()) {
                open.push(path);
            } else if endings.iter().any(|e| name.ends_with(e)) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn sources() -> Vec<PathBuf> {
    let all: Vec<PathBuf> =
        ["src", "engine", "bots", "connectors", "tests"].iter().flat_map(|dir| files(dir, &[".rs"])).collect();
    assert!(all.len() > 100, "only {} files were found: is the check looking in the right place?", all.len());
    all
}

fn short(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).display().to_string()
}

/// src -> bots, connectors -> engine; src -> engine; kit -> engine. No others.
#[test]
fn arrows_point_inward() {
    let manifests = files("bots", &["Cargo.toml"]).into_iter().chain(files("connectors", &["Cargo.toml"]));
    for manifest in manifests.chain([root().join("engine/Cargo.toml"), root().join("tests/kit/Cargo.toml")]) {
        let text = fs::read_to_string(&manifest).unwrap();
        let dependencies = text.split("[dev-dependencies]").next().unwrap_or_default();
        let ours: Vec<&str> = dependencies
            .lines()
            .filter(|line| line.starts_with("countersign"))
            .map(|line| line.split(['.', ' ', '=']).next().unwrap_or_default())
            .collect();
        let allowed: &[&str] = if manifest.ends_with("engine/Cargo.toml") { &[] } else { &["countersign-engine"] };
        assert_eq!(ours, allowed, "{} may depend on the engine and on no other room", short(&manifest));
        assert!(!dependencies.contains("sqlx"), "{}: the database belongs to the root package", short(&manifest));
    }
}

/// The engine has no I/O, no clock, no randomness and no async runtime.
#[test]
fn the_engine_is_pure() {
    let manifest = read("engine/Cargo.toml");
    let dependencies = manifest.split("[dev-dependencies]").next().unwrap_or_default();
    for forbidden in ["tokio", "axum", "reqwest", "rand", "getrandom", "ring", "tracing"] {
        assert!(!dependencies.lines().any(|l| l.starts_with(forbidden)), "engine/ must not depend on {forbidden}");
    }
    for path in files("engine/src", &[".rs"]) {
        let text = fs::read_to_string(&path).unwrap();
        for forbidden in ["Utc::now", "SystemTime", "Instant::now", "std::fs", "std::net", "std::env", "std::thread"] {
            assert!(!text.contains(forbidden), "{} uses {forbidden}", short(&path));
        }
    }
}

/// Only the one clock reads the time.
#[test]
fn time_is_a_parameter() {
    for path in sources().into_iter().filter(|p| !p.ends_with("src/clock.rs") && !p.ends_with("tests/tidy.rs")) {
        let text = fs::read_to_string(&path).unwrap();
        for forbidden in ["Utc::now", "SystemTime::now", "Local::now"] {
            assert!(!text.contains(forbidden), "{} reads the clock with {forbidden}; ask src/clock.rs", short(&path));
        }
    }
}

/// Few files over 300 lines, none over 500.
#[test]
fn files_stay_small() {
    let mut long = Vec::new();
    for path in sources() {
        let lines = fs::read_to_string(&path).unwrap().lines().count();
        assert!(lines <= 500, "{} has {lines} lines; ask what wants to leave", short(&path));
        if lines > 300 {
            long.push(format!("{} ({lines})", short(&path)));
        }
    }
    assert!(long.len() <= 12, "too many files over 300 lines:\n{}", long.join("\n"));
}

/// Product code neither promises later work nor panics on purpose.
#[test]
fn nothing_is_left_open() {
    for path in ["src", "engine/src", "bots", "connectors"].iter().flat_map(|dir| files(dir, &[".rs"])) {
        let text = fs::read_to_string(&path).unwrap();
        for forbidden in
            [concat!("todo", "!("), concat!("unimplemented", "!("), concat!("FIX", "ME"), concat!("XX", "X")]
        {
            assert!(!text.contains(forbidden), "{} contains {forbidden}", short(&path));
        }
    }
    for path in sources() {
        let text = fs::read_to_string(&path).unwrap();
        assert!(!text.contains(concat!("#[ig", "nore")), "{} hides a test", short(&path));
    }
}

/// Ids that code and tests cite are those of docs/THREATS.md and docs/RULES.md.
#[test]
fn citations_can_be_looked_up() {
    let (threats, rules) = (read("docs/THREATS.md"), read("docs/RULES.md"));
    let mut cited = 0;
    let checks = ["tests/tidy.rs", "tests/abuse.rs"];
    for path in sources().into_iter().filter(|p| !checks.iter().any(|check| p.ends_with(check))) {
        let text = fs::read_to_string(&path).unwrap();
        for (at, word) in text.match_indices("fn abuse_").chain(text.match_indices("THREATS ")) {
            let id: String = text[at + word.len()..].chars().take(3).collect::<String>().to_uppercase();
            assert!(threats.contains(&format!("| {id} |")), "{}: {id} is no threat of docs/THREATS.md", short(&path));
            cited += 1;
        }
        for (at, word) in text.match_indices("rule ") {
            let number: String = text[at + word.len()..].chars().take_while(char::is_ascii_digit).collect();
            let known = number.is_empty() || rules.lines().any(|line| line.starts_with(&format!("{number}. ")));
            assert!(known, "{}: rule {number} is not in docs/RULES.md", short(&path));
        }
    }
    assert!(cited > 100, "only {cited} citations were found: is the check looking in the right place?");
}

/// One word for each thing: these are never used for it.
#[test]
fn words_are_those_of_the_glossary() {
    for path in ["engine/src", "src"].iter().flat_map(|dir| files(dir, &[".rs"])) {
        let text = fs::read_to_string(&path).unwrap().to_lowercase();
        for never in ["ticket", "plugin"] {
            assert!(!text.contains(never), "{} says {never}", short(&path));
        }
    }
}
