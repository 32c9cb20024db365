//! Which request is meant, when somebody does not say.

use super::{Asking, Reply};
use crate::{
    ports::{EngineError, Filter},
    view::RequestView,
    words::desk as say,
};

/// Enough to tell "one" from "several", and to name those.
const SOME: usize = 5;

type Found<T> = Result<Result<T, Reply>, EngineError>;

/// The named request, or the caller's only open one, or else their newest.
pub(super) async fn any(asking: &Asking<'_>, id: Option<String>) -> Found<RequestView> {
    if let Some(id) = id {
        return asking.engine.get(asking.caller, &id).await.map(Ok);
    }
    let pending = Filter { states: words(&["pending", "blocked"]), ..mine() };
    let mut found = asking.engine.list(asking.caller, pending).await?.items;
    if found.is_empty() {
        found = asking.engine.list(asking.caller, Filter { limit: Some(1), ..mine() }).await?.items;
    }
    Ok(single(found, say::NO_REQUEST))
}

/// The named request, or the caller's only pending one.
pub(super) async fn pending(asking: &Asking<'_>, id: Option<String>) -> Found<String> {
    named(asking, id, Filter { states: words(&["pending", "blocked"]), ..mine() }, say::NOTHING_PENDING).await
}

/// The named request, or the only one that gives the caller access now.
pub(super) async fn held(asking: &Asking<'_>, id: Option<String>) -> Found<String> {
    named(asking, id, Filter { grant_states: words(&["active"]), ..mine() }, say::NOTHING_HELD).await
}

async fn named(asking: &Asking<'_>, id: Option<String>, filter: Filter, none: &str) -> Found<String> {
    if let Some(id) = id {
        // Whoever may not see a request hears that there is none, here as everywhere (THREATS E03).
        return Ok(Ok(asking.engine.get(asking.caller, &id).await?.request.id.to_string()));
    }
    let found = asking.engine.list(asking.caller, filter).await?.items;
    Ok(single(found, none).map(|view| view.request.id.to_string()))
}

fn single(mut found: Vec<RequestView>, none: &str) -> Result<RequestView, Reply> {
    match (found.pop(), found.is_empty()) {
        (None, _) => Err(Reply::words(none)),
        (Some(view), true) => Ok(view),
        (Some(view), false) => {
            found.push(view);
            Err(Reply::words(say::which(&found)))
        }
    }
}

fn mine() -> Filter {
    Filter { mine: true, limit: Some(SOME), ..Filter::default() }
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}
