//! `GET /api/v1/audit`

use crate::{
    audit::{csv, jsonl, reader::Reader},
    http::{
        Problem, Web, Who,
        dto::{AuditItem, AuditPage},
        params::{self, Params},
        problem::ReadProblems,
    },
    store::{AuditQuery, AuditRow, StoreError},
};
use axum::{
    Json,
    body::Body,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use futures_util::stream;
use serde::Deserialize;
use utoipa::IntoParams;

/// Which entries.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    /// From this moment on, RFC 3339.
    #[param(example = "2026-11-23T00:00:00Z")]
    from: Option<String>,
    /// Before this moment, RFC 3339.
    to: Option<String>,
    /// Who acted, or whose request it is.
    #[param(example = "dev")]
    person: Option<String>,
    /// The request's resource.
    #[param(example = "prod-db")]
    resource: Option<String>,
    /// `json` (one page), `jsonl` or `csv` (everything, streamed); `json` when absent.
    format: Option<String>,
    /// `json`: at most this many, 1 to 500; 100 when absent.
    limit: Option<i64>,
    /// From the page before: its `next_cursor`; for exports, the position to start at.
    cursor: Option<i64>,
}

/// Read or export the audit trail
///
/// Auditors see every entry; everybody else those of requests they may see. In `jsonl`, `entry` is the canonical JSON that
/// `leaf` is the hash of, byte for byte. An export that breaks off is incomplete: the connection says so.
#[utoipa::path(
    get,
    path = "/api/v1/audit",
    tag = "audit",
    params(Wanted),
    responses(
        (status = 200, description = "Entries, oldest first.", content(
            (AuditPage = "application/json"),
            (String = "application/jsonl"),
            (String = "text/csv"),
        )),
        ReadProblems,
    ),
)]
pub async fn handler(State(web): State<Web>, who: Who, Params(wanted): Params<Wanted>) -> Result<Response, Problem> {
    let query = AuditQuery {
        from: params::moment("from", wanted.from.as_deref())?,
        to: params::moment("to", wanted.to.as_deref())?,
        person: params::text("person", wanted.person)?,
        resource: params::text("resource", wanted.resource)?,
        request: None,
        from_seq: at_least_zero(wanted.cursor)?,
        limit: 0,
    };
    let reader = Reader::new(web.service, who.person, query);
    match wanted.format.as_deref().unwrap_or("json") {
        "json" => page(reader, page_size(wanted.limit)?).await,
        "jsonl" => Ok(export(reader, "application/jsonl", "audit.jsonl", "", jsonl::line)),
        "csv" => Ok(export(reader, "text/csv; charset=utf-8", "audit.csv", csv::HEAD, csv::line)),
        _ => Err(Problem::malformed("`format` takes json, jsonl or csv")),
    }
}

fn at_least_zero(cursor: Option<i64>) -> Result<i64, Problem> {
    match cursor.unwrap_or(0) {
        n if n < 0 => Err(Problem::malformed("`cursor` takes the `next_cursor` of a page")),
        n => Ok(n),
    }
}

fn page_size(limit: Option<i64>) -> Result<i64, Problem> {
    match limit.unwrap_or(100) {
        n if (1..=500).contains(&n) => Ok(n),
        _ => Err(Problem::malformed("`limit` takes 1 to 500")),
    }
}

async fn page(mut reader: Reader, size: i64) -> Result<Response, Problem> {
    let items = reader.page(size).await?.into_iter().map(AuditItem::from).collect();
    let next_cursor = reader.position().map(|seq| seq.to_string());
    Ok(Json(AuditPage { items, next_cursor }).into_response())
}

/// Streams everything, a chunk at a time. An error in the middle breaks the connection, so that nobody takes a part for
/// the whole.
fn export(
    reader: Reader,
    kind: &'static str,
    file: &'static str,
    head: &'static str,
    line: fn(&AuditRow) -> String,
) -> Response {
    let chunks = stream::try_unfold((reader, head), move |(mut reader, head)| async move {
        if reader.position().is_none() {
            return Ok::<_, StoreError>(None);
        }
        let rows = reader.next(i64::MAX).await?;
        let text = rows.iter().fold(head.to_owned(), |text, row| text + &line(row));
        Ok(Some((text, (reader, ""))))
    });
    let disposition = format!("attachment; filename=\"{file}\"");
    let headers = [(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, disposition)];
    (headers, Body::from_stream(chunks)).into_response()
}
