//! Audit entries as CSV.

use crate::store::AuditRow;
use serde_json::Value;

/// The first line.
pub const HEAD: &str =
    "seq,at,request,short_id,person,platform,events,requester,resource,workflow,state,grant,note,leaf\r\n";

/// One entry as a line.
pub fn line(row: &AuditRow) -> String {
    let entry: Value = serde_json::from_str(&row.body).unwrap_or_default();
    let text = |pointer: &str| entry.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned();
    let events = entry.get("events").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let names: Vec<&str> = events.iter().filter_map(|e| e.get("event")?.as_str()).collect();
    let notes: Vec<&str> = events.iter().filter_map(note).collect();
    let cells = [
        row.seq.to_string(),
        row.at.to_rfc3339(),
        row.request.to_string(),
        text("/short_id"),
        row.person.clone(),
        text("/actor/person/via/platform"),
        names.join(" "),
        text("/requester"),
        row.resource.clone(),
        text("/workflow"),
        text("/after/state"),
        text("/after/grant"),
        notes.join(" / "),
        row.leaf.clone(),
    ];
    let quoted: Vec<String> = cells.iter().map(|c| cell(c)).collect();
    quoted.join(",") + "\r\n"
}

/// People's words in an event: a vote's note, a revocation's, the reason for asking.
fn note(event: &Value) -> Option<&str> {
    ["/vote/note", "/why/revoked_by/note", "/why/waived/note", "/request/asked/reason"]
        .iter()
        .find_map(|pointer| event.pointer(pointer)?.as_str())
}

/// A cell as RFC 4180 has it. What a spreadsheet would take for a formula gets an apostrophe (THREATS D05).
fn cell(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '|', '%', '＝', '＋', '－', '＠']);
    let text = if formula { format!("'{text}") } else { text.to_owned() };
    match text.contains(['"', ',', '\r', '\n', ';', '\'']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn abuse_d05_no_cell_is_a_formula() {
        for hostile in ["=HYPERLINK(\"http://evil\")", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "|cmd", "＝1"] {
            let safe = cell(hostile);
            assert!(safe.starts_with("\"'"), "{hostile:?} became {safe:?}");
        }
        assert_eq!(cell("billing migration"), "billing migration");
        assert_eq!(cell("a \"b\", c"), "\"a \"\"b\"\", c\"");
        assert_eq!(cell("two\r\nlines"), "\"two\r\nlines\"");
    }
}
