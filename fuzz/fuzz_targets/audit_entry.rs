//! Entries of the trail, and the lines that leave it: read as they were written, cells that are never formulas.
#![no_main]

use countersign::{
    audit::{csv, entry::Entry, jsonl, tree},
    store::AuditRow,
};
use countersign_fuzz::now;
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

/// A line of CSV, as RFC 4180 reads it.
fn cells(line: &str) -> Vec<String> {
    let (mut cells, mut cell, mut quoted) = (Vec::new(), String::new(), false);
    let mut chars = line.strip_suffix("\r\n").expect("a line's end").chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => cell.extend(chars.next()),
            '"' => quoted = !quoted,
            ',' if !quoted => cells.push(std::mem::take(&mut cell)),
            '\r' | '\n' if !quoted => panic!("a line's end inside a line: {line:?}"),
            c => cell.push(c),
        }
    }
    assert!(!quoted, "a quote that does not close: {line:?}");
    cells.push(cell);
    cells
}

fuzz_target!(|input: (&str, &str, &str)| {
    let (body, person, resource) = input;
    if let Ok(entry) = serde_json::from_str::<Entry>(body) {
        let canonical = entry.canonical().expect("an entry is JSON");
        let again: Entry = serde_json::from_str(&canonical).expect("what we write, we read");
        assert_eq!(again, entry);
        assert_eq!(again.canonical().ok(), Some(canonical), "the canonical form is final");
    }
    let row = AuditRow {
        seq: 7,
        at: now(),
        request: "01JNDEM0000000000000000842".into(),
        person: person.to_owned(),
        resource: resource.to_owned(),
        body: body.to_owned(),
        leaf: hex::encode(tree::leaf(body.as_bytes())),
    };
    let cells = cells(&csv::line(&row));
    assert_eq!(cells.len(), csv::HEAD.split(',').count(), "as many cells as the head has");
    for cell in &cells {
        assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '|', '%']), "a formula: {cell:?}");
    }
    assert!(cells[4].trim_start_matches('\'').ends_with(person.trim_start_matches('\'')));
    if serde_json::from_str::<Value>(body).is_ok() && !body.contains('\n') {
        let line: Value = serde_json::from_str(&jsonl::line(&row)).expect("a line is JSON");
        assert_eq!(line["leaf"], row.leaf.as_str());
    }
});
