//! Reads whose conditions vary. All values are bound; only fixed texts are put together.

use super::{
    AuditQuery, Query,
    codec::{clean, micros},
    columns::needle,
    sql,
};
use sqlx::{Database, Encode, QueryBuilder, Type};

const OPEN: [&str; 2] = ["pending", "blocked"];
const OVER: [&str; 2] = ["ended", "failed"];

/// Newest first. Conditions that imply `live` say so, because there is a small index of live requests.
pub(super) fn requests<DB: Database>(query: &Query) -> QueryBuilder<DB>
where
    String: Type<DB> + for<'q> Encode<'q, DB>,
    i64: Type<DB> + for<'q> Encode<'q, DB>,
{
    let all_open = !query.states.is_empty() && query.states.iter().all(|s| OPEN.contains(&s.as_str()));
    let none_over = !query.grant_states.is_empty() && !query.grant_states.iter().any(|s| OVER.contains(&s.as_str()));
    let mut text = QueryBuilder::new(sql::REQUESTS);
    text.push(if query.live || all_open || none_over { "live" } else { "1 = 1" });
    one_of(&mut text, "state", &query.states);
    one_of(&mut text, "grant_state", &query.grant_states);
    if let Some(person) = &query.person {
        let person = clean(person.as_str()).into_owned();
        text.push(" AND (requester = ").push_bind(person.clone());
        text.push(" OR (holder <> requester AND holder = ").push_bind(person).push("))");
    }
    if let Some(resource) = &query.resource {
        text.push(" AND resource = ").push_bind(clean(resource).into_owned());
    }
    if let Some(search) = &query.search {
        text.push(" AND search LIKE ").push_bind(like(search)).push(" ESCAPE '!'");
    }
    if let Some(before) = &query.before {
        text.push(" AND id < ").push_bind(clean(before.as_str()).into_owned());
    }
    text.push(" ORDER BY id DESC LIMIT ").push_bind(query.limit.max(0));
    text
}

/// In order of position.
pub(super) fn audit<DB: Database>(query: &AuditQuery) -> QueryBuilder<DB>
where
    String: Type<DB> + for<'q> Encode<'q, DB>,
    i64: Type<DB> + for<'q> Encode<'q, DB>,
{
    let mut text = QueryBuilder::new(sql::AUDIT);
    text.push_bind(query.from_seq);
    if let Some(from) = query.from {
        text.push(" AND at >= ").push_bind(micros(from));
    }
    if let Some(to) = query.to {
        text.push(" AND at < ").push_bind(micros(to));
    }
    if let Some(request) = &query.request {
        text.push(" AND request_id = ").push_bind(clean(request.as_str()).into_owned());
    }
    if let Some(resource) = &query.resource {
        text.push(" AND resource = ").push_bind(clean(resource).into_owned());
    }
    if let Some(person) = &query.person {
        let person = clean(person).into_owned();
        // The second condition on `person` lets the partial index serve.
        text.push(" AND ((person = ").push_bind(person.clone()).push(" AND person <> '')");
        text.push(" OR request_id IN (SELECT id FROM requests WHERE requester = ").push_bind(person.clone());
        text.push(" OR (holder <> requester AND holder = ").push_bind(person).push(")))");
    }
    text.push(" ORDER BY seq LIMIT ").push_bind(query.limit.max(0));
    text
}

fn one_of<DB: Database>(text: &mut QueryBuilder<DB>, column: &'static str, values: &[String])
where
    String: Type<DB> + for<'q> Encode<'q, DB>,
{
    if values.is_empty() {
        return;
    }
    text.push(" AND ").push(column).push(" IN (");
    let mut list = text.separated(", ");
    for value in values {
        list.push_bind(clean(value).into_owned());
    }
    text.push(")");
}

/// A pattern that matches what contains `search`, taken literally.
fn like(search: &str) -> String {
    let mut pattern = String::from("%");
    for c in needle(search).chars() {
        if matches!(c, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}
