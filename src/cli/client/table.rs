//! Lists, aligned.

use super::{
    api::Failure,
    plain,
    wire::{self, Request},
};
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
struct Page {
    items: Vec<Request>,
    next_cursor: Option<String>,
}

/// Requests, one a line.
pub fn requests(answer: &Value) -> Result<String, Failure> {
    let page: Page = wire::read(answer)?;
    if page.items.is_empty() {
        return Ok("no requests\n".to_owned());
    }
    let mut rows = vec![["ID", "STATE", "REQUESTER", "RESOURCE", "ACCESS", "FOR", "LEFT", "REASON"].map(str::to_owned)];
    rows.extend(page.items.iter().map(row));
    let more = if page.next_cursor.is_some() { "there are more: use --limit or --search\n" } else { "" };
    Ok(format!("{}{more}", aligned(&rows)))
}

fn row(r: &Request) -> [String; 8] {
    let state = r.standing();
    let left = wire::left(r.expires_at, r.now).unwrap_or_else(|| "-".to_owned());
    let reason = r.reason.as_deref().unwrap_or("-").chars().take(60).collect::<String>();
    let cells = [&r.short_id, &state, &r.requester, &r.resource, &r.access, &r.duration, &left, &reason];
    cells.map(|cell| plain::line(cell))
}

/// Columns as wide as their widest cell, two spaces between them, none at the end.
pub fn aligned<const N: usize>(rows: &[[String; N]]) -> String {
    let width = |n: usize| rows.iter().map(|row| row[n].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..N).map(width).collect();
    let mut text = String::new();
    for row in rows {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}"));
        text.push_str(cells.collect::<Vec<_>>().join("  ").trim_end());
        text.push('\n');
    }
    text
}
