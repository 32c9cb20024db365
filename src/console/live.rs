//! `GET /events`: the short ids of requests as they change, to those who may see them.

use super::session::Reader;
use crate::{http::Web, lifecycle::Stopping};
use axum::{
    Extension,
    extract::State,
    http::StatusCode,
    response::sse::{Event, KeepAlive, Sse},
};
use countersign_engine::ports::ApprovalEngine;
use futures_util::{Stream, StreamExt, stream};
use std::{
    collections::HashMap,
    convert::Infallible,
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::sync::broadcast::error::RecvError;

/// Streams of one session: more pages than anybody looks at.
const PER_SESSION: usize = 8;
/// Streams in all; connections beyond them stay for those who ask and decide.
const IN_ALL: usize = 512;

/// How many streams each session has open (THREATS D07). Clones share it.
#[derive(Clone, Default)]
pub struct Streams(Arc<Mutex<HashMap<String, usize>>>);

/// One stream's place; free again when dropped.
struct Seat(Streams, String);

impl Streams {
    fn enter(&self, session: &str) -> Result<Seat, (StatusCode, &'static str)> {
        let mut open = self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        if open.values().sum::<usize>() >= IN_ALL {
            return Err((StatusCode::SERVICE_UNAVAILABLE, "too many live pages are open; pages work without\n"));
        }
        let mine = open.get(session).copied().unwrap_or(0);
        if mine >= PER_SESSION {
            return Err((StatusCode::TOO_MANY_REQUESTS, "this session has too many live pages open\n"));
        }
        open.insert(session.to_owned(), mine + 1);
        Ok(Seat(self.clone(), session.to_owned()))
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut open = self.0.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        match open.get(&self.1).map_or(0, |mine| mine.saturating_sub(1)) {
            0 => open.remove(&self.1),
            left => open.insert(self.1.clone(), left),
        };
    }
}

/// A stream that ends with the session or the server. A page that hears something asks for itself again; what changed, it
/// reads there.
pub async fn events(
    State(web): State<Web>,
    reader: Reader,
    stopping: Option<Extension<Stopping>>,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, (StatusCode, &'static str)> {
    let seat = web.streams.enter(&reader.session)?;
    let changes = web.service.changes();
    let stream = stream::unfold((web, reader, changes, seat), async |(web, reader, mut changes, seat)| {
        loop {
            let heard = match changes.recv().await {
                Ok(id) => heard(&web, &reader, id.as_str()).await,
                Err(RecvError::Lagged(_)) => Some("*".to_owned()),
                Err(RecvError::Closed) => return None,
            };
            web.credentials.session_owner(&reader.session).await.ok().flatten()?;
            if let Some(heard) = heard {
                return Some((Ok(Event::default().event("change").data(heard)), (web, reader, changes, seat)));
            }
        }
    });
    let stream = stream.take_until(async move {
        match stopping {
            Some(Extension(stopping)) => stopping.wait().await,
            None => std::future::pending().await,
        }
    });
    Ok(Sse::new(stream).keep_alive(KeepAlive::new().interval(Duration::from_secs(20))))
}

/// The short id of a request that the reader may see. In the demo's chat, as in any, everybody sees every card.
async fn heard(web: &Web, reader: &Reader, id: &str) -> Option<String> {
    match web.service.get(&reader.caller(), id).await {
        Ok(view) => Some(view.request.short_id.to_string()),
        Err(_) => web.demo.then(|| "-".to_owned()),
    }
}
