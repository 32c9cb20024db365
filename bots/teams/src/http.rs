//! `POST /teams/messages`: where Teams delivers activities.

use crate::{
    auth::Unproven,
    bot::Teams,
    desk::{Desk, Outcome},
    inbound::{Activity, What},
};
use axum::{
    Json, Router,
    body::Bytes,
    extract::{DefaultBodyLimit, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::post,
};
use std::{sync::Arc, time::Duration};

/// Teams' activities are far smaller (THREATS D06).
const BODY: usize = 256 * 1024;
/// Teams waits 15 s for a message and about 10 s for an invoke. What takes longer is not acknowledged: Teams says so to the
/// person, a repetition changes nothing twice, and the true answer follows when there is one.
const DEADLINE: Duration = Duration::from_secs(8);

#[derive(Clone)]
struct Shared {
    teams: Arc<Teams>,
    desk: Desk,
}

pub(crate) fn routes(teams: Arc<Teams>, desk: Desk) -> Router {
    Router::new()
        .route("/teams/messages", post(messages))
        .layer(DefaultBodyLimit::max(BODY))
        .with_state(Shared { teams, desk })
}

/// Proven first, read second (THREATS D06); nothing that is not proven gets further than its token.
async fn messages(State(shared): State<Shared>, headers: HeaderMap, body: Bytes) -> Response {
    let header = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let gate = &shared.teams.gate;
    let proof = match gate.token(header, shared.teams.now()).await {
        Ok(proof) => proof,
        Err(why) => return refused(&why),
    };
    let Ok(activity) = Activity::read(&body) else {
        tracing::warn!("an activity that is not one was refused");
        return StatusCode::BAD_REQUEST.into_response();
    };
    if let Err(why) = gate.origin(&proof, &activity.origin) {
        return refused(&why);
    }
    if let What::Other(kind) = &activity.what {
        tracing::debug!(kind, "an activity of a kind that we do not act on");
        // The Bot Framework's word for an invoke that nobody handles.
        let status = if kind == "invoke" { StatusCode::NOT_IMPLEMENTED } else { StatusCode::OK };
        return status.into_response();
    }
    let who = activity.from.clone();
    match who.and_then(|who| Some((who.object.clone()?, who))) {
        Some((object, who)) => served(shared.desk, activity, who, object).await,
        None => refused(&Unproven::Foreign("the activity names nobody of this tenant")),
    }
}

/// Serves an activity in a task of its own, which goes on when we stop waiting.
async fn served(desk: Desk, activity: Activity, who: crate::inbound::From, object: String) -> Response {
    let (serving, reader) = (desk.clone(), object.clone());
    let mut work = tokio::spawn(async move { serving.serve(&activity, &who, &object).await });
    match tokio::time::timeout(DEADLINE, &mut work).await {
        Ok(Ok(Outcome::Invoked(response))) => Json(response).into_response(),
        Ok(Ok(Outcome::Taken)) => StatusCode::OK.into_response(),
        Ok(Err(fault)) => {
            tracing::error!(%fault, "serving an activity failed");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
        Err(_) => {
            tracing::warn!("deciding took longer than Teams waits");
            tokio::spawn(async move {
                if let Ok(Outcome::Invoked(response)) = work.await {
                    desk.tell_late(&reader, &response).await;
                }
            });
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    }
}

fn refused(why: &Unproven) -> Response {
    tracing::warn!(%why, "an activity was refused");
    let status = match why {
        Unproven::Token(_) => StatusCode::UNAUTHORIZED,
        Unproven::Foreign(_) => StatusCode::FORBIDDEN,
        Unproven::NoKeys(_) => StatusCode::SERVICE_UNAVAILABLE,
    };
    status.into_response()
}
