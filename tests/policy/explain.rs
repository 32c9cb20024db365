//! `countersign explain`, on the example that ships (rule 7).

use clap::Parser;
use countersign::cli::explain::{ExplainArgs, run};
use countersign_engine::time::Timestamp;
use std::path::Path;

#[derive(Parser)]
struct Line {
    #[command(flatten)]
    explain: ExplainArgs,
}

fn explain(typed: &str) -> Result<String, String> {
    let line = Line::try_parse_from(["explain"].into_iter().chain(typed.split(' '))).map_err(|e| e.to_string())?;
    let now: Timestamp = "2026-11-23T10:00:00Z".parse().unwrap();
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("policy.example.toml");
    run(&line.explain, &file, now)
}

/// rule 7
#[test]
fn the_whole_trace() {
    let mut all = String::new();
    for typed in [
        "--as dev@acme.com prod-db read-write 4h",
        "--as dev prod-db 4h",
        "--as lisa prod-db 4h read-only --at 2026-12-24T08:00:00Z",
        "--as lisa 90m prod-db read-only",
        "--as sec1 grafana 10m",
        "--as dev grafana 9h",
        "--as dev vpn-office 1h",
    ] {
        all += &format!("$ countersign explain {typed}\n{}\n\n", explain(typed).unwrap());
    }
    insta::assert_snapshot!(all);
}

#[test]
fn questions_without_an_answer() {
    let mut all = String::new();
    for typed in [
        "--as devv prod-db 4h",
        "--as nobody@example.org prod-db 4h",
        "--as dev prod-bd 4h",
        "--as dev prod-db",
        "--as dev prod-db 4parsecs",
        "--as dev prod-db read-wriet 4h",
        "--as dev prod-db 4h --at tomorrow",
    ] {
        all += &format!("$ countersign explain {typed}\n{}\n\n", explain(typed).unwrap_err().trim());
    }
    insta::assert_snapshot!(all);
}

#[test]
fn json_for_scripts() {
    let json: serde_json::Value = serde_json::from_str(&explain("--as dev prod-db 4h --json").unwrap()).unwrap();
    assert_eq!(json["winner"], "sre-prod-db");
    assert_eq!(json["duration"], "4h");
    assert_eq!(json["at"], "2026-11-23T10:00:00Z");
    assert_eq!(json["steps"].as_array().map(Vec::len), Some(3));
}

#[test]
fn a_broken_file_is_said_with_its_lines() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("policy.toml");
    std::fs::write(&file, "[organisation]\nlevel = 1\n").unwrap();
    let line = Line::try_parse_from(["explain", "--as", "dev", "prod-db", "4h"]).unwrap();
    let said = run(&line.explain, &file, Timestamp::default()).unwrap_err();
    assert!(said.contains("policy.toml:2:1: unknown key \"level\" in [organisation]"), "{said}");
    let said = run(&line.explain, &dir.path().join("none.toml"), Timestamp::default()).unwrap_err();
    assert!(said.contains("policy.example.toml"), "{said}");
}
