//! `POST /demo/clock`: the buttons that move the demo's clock, so that anyone can watch a timeout.

use super::InDemo;
use crate::{
    console::{error::Problem, form::Signed},
    http::{Web, local_path},
};
use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use countersign_engine::time::Length;
use serde::Deserialize;

/// By how much.
#[derive(Deserialize)]
pub struct Move {
    by: String,
    back: Option<String>,
}

/// Moves the clock, and wakes all who wait for it.
pub async fn forward(State(web): State<Web>, _: InDemo, Signed(_, form): Signed<Move>) -> Result<Response, Problem> {
    let by = form.by.parse::<Length>().map_err(|bad| Problem::bad_form(&bad.to_string()))?;
    crate::demo::advance(&web, by).await.map_err(|refusal| Problem::bad_form(&refusal.to_string()))?;
    Ok(Redirect::to(local_path(form.back.as_deref()).unwrap_or("/demo")).into_response())
}
