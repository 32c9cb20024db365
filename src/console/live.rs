//! `GET /events`: the short ids of requests as they change, to those who may see them.

use super::session::Reader;
use crate::{http::Web, lifecycle::Stopping};
use axum::{
    Extension,
    extract::State,
    response::sse::{Event, KeepAlive, Sse},
};
use countersign_engine::ports::ApprovalEngine;
use futures_util::{Stream, StreamExt, stream};
use std::{convert::Infallible, time::Duration};
use tokio::sync::broadcast::error::RecvError;

/// A stream that ends with the session or the server. A page that hears something asks for itself again; what changed, it
/// reads there.
pub async fn events(
    State(web): State<Web>,
    reader: Reader,
    stopping: Option<Extension<Stopping>>,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let changes = web.service.changes();
    let stream = stream::unfold((web, reader, changes), async |(web, reader, mut changes)| {
        loop {
            let heard = match changes.recv().await {
                Ok(id) => heard(&web, &reader, id.as_str()).await,
                Err(RecvError::Lagged(_)) => Some("*".to_owned()),
                Err(RecvError::Closed) => return None,
            };
            web.credentials.session_owner(&reader.session).await.ok().flatten()?;
            if let Some(heard) = heard {
                return Some((Ok(Event::default().event("change").data(heard)), (web, reader, changes)));
            }
        }
    });
    let stream = stream.take_until(async move {
        match stopping {
            Some(Extension(stopping)) => stopping.wait().await,
            None => std::future::pending().await,
        }
    });
    Sse::new(stream).keep_alive(KeepAlive::new().interval(Duration::from_secs(20)))
}

/// The short id of a request that the reader may see. In the demo's chat, as in any, everybody sees every card.
async fn heard(web: &Web, reader: &Reader, id: &str) -> Option<String> {
    match web.service.get(&reader.caller(), id).await {
        Ok(view) => Some(view.request.short_id.to_string()),
        Err(_) => web.demo.then(|| "-".to_owned()),
    }
}
