//! `POST /demo/clock`: the buttons that move the demo's clock, so that anyone can watch a timeout.

use super::InDemo;
use crate::{
    console::{
        error::Problem,
        form::{Signed, local},
    },
    http::Web,
};
use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use chrono::TimeDelta;
use countersign_engine::time::Length;
use serde::Deserialize;

/// By how much.
#[derive(Deserialize)]
pub struct Move {
    by: String,
    back: Option<String>,
}

/// More than a day at a time would be a mistake.
const MOST: TimeDelta = TimeDelta::hours(24);

/// Moves the clock, and wakes all who wait for it.
pub async fn forward(State(web): State<Web>, _: InDemo, Signed(_, form): Signed<Move>) -> Result<Response, Problem> {
    let by = form.by.parse::<Length>().map_err(|bad| Problem::bad_form(&bad.to_string()))?;
    web.service.clock.advance(by.delta().min(MOST));
    web.service.store.announce().await;
    Ok(Redirect::to(local(form.back.as_deref()).unwrap_or("/demo")).into_response())
}
