//! Lists of requests, page by page.

use super::{Service, sight, unavailable};
use crate::store::Query;
use countersign_engine::{
    id::{PersonId, RequestId},
    ports::{EngineError, Filter, Page},
    view::RequestView,
};

const DEFAULT_LIMIT: usize = 50;
const MAX_LIMIT: usize = 200;
/// Rows that one call looks at before it hands back what it found, with a cursor to go on.
const MAX_SCAN: usize = 5_000;

pub(super) async fn list(
    service: &Service,
    person: &PersonId,
    filter: Filter,
) -> Result<Page<RequestView>, EngineError> {
    let limit = filter.limit.unwrap_or(DEFAULT_LIMIT).clamp(1, MAX_LIMIT);
    let (policy, now) = (service.policy.get(), service.clock.now());
    let mut query = query(person, &filter);
    let mut items = Vec::with_capacity(limit);
    let mut scanned = 0;
    loop {
        let rows = service.store.requests(&query).await.map_err(unavailable)?;
        let exhausted = rows.len() < query.limit as usize;
        scanned += rows.len();
        for request in rows {
            query.before = Some(request.id.clone());
            if !sight::may_see(person, &request, &policy) {
                continue;
            }
            let view = RequestView::new(request, Some(person), Vec::new(), &policy, now);
            if !filter.to_vote || view.abilities.vote {
                items.push(view);
            }
            if items.len() == limit {
                return Ok(Page { items, next: cursor(&query) });
            }
        }
        if exhausted {
            return Ok(Page { items, next: None });
        }
        if scanned >= MAX_SCAN {
            return Ok(Page { items, next: cursor(&query) });
        }
    }
}

fn query(person: &PersonId, filter: &Filter) -> Query {
    let states = match (filter.states.is_empty(), filter.to_vote) {
        (true, true) => vec!["pending".into(), "blocked".into()],
        _ => filter.states.clone(),
    };
    Query {
        states,
        grant_states: filter.grant_states.clone(),
        person: filter.mine.then(|| person.clone()),
        resource: None,
        search: filter.search.clone().filter(|text| !text.trim().is_empty()),
        live: false,
        before: filter.cursor.clone().map(RequestId::new),
        limit: MAX_LIMIT as i64 + 1,
    }
}

fn cursor(query: &Query) -> Option<String> {
    query.before.as_ref().map(ToString::to_string)
}
