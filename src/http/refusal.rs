//! Which HTTP status each refusal has, in one exhaustive place.

use super::{Problem, dto};
use axum::http::StatusCode;
use countersign_engine::refusal::Refusal;
use serde_json::Value;

/// The refusal as problem details: its code and its facts are fields, its sentence is the detail.
pub fn problem(refusal: &Refusal) -> Problem {
    let mut problem = Problem::new(status(refusal), refusal.code(), refusal.to_string());
    if let Ok(Value::Object(facts)) = serde_json::to_value(refusal) {
        for (name, value) in facts.into_iter().filter(|(name, _)| name != "code") {
            problem = problem.with(&name, value);
        }
    }
    match refusal {
        // Lengths travel as people write them.
        Refusal::DurationTooLong { cap } => problem.with("cap", dto::length(*cap)),
        _ => problem,
    }
}

/// The status that goes with a refusal, here and in the console.
pub fn status(refusal: &Refusal) -> StatusCode {
    match refusal {
        Refusal::NotLinked
        | Refusal::Deactivated
        | Refusal::NotForOthers
        | Refusal::OwnRequest
        | Refusal::NotAnApprover { .. }
        | Refusal::NotDecidedThere { .. }
        | Refusal::NotAllowed { .. } => StatusCode::FORBIDDEN,
        Refusal::NotFound { .. } => StatusCode::NOT_FOUND,
        Refusal::AlreadyOpen { .. }
        | Refusal::AlreadyVoted { .. }
        | Refusal::AlreadyDecided { .. }
        | Refusal::TimedOut { .. }
        | Refusal::StaleStep
        | Refusal::ApprovalLapsed { .. }
        | Refusal::WrongState { .. } => StatusCode::CONFLICT,
        Refusal::TooManyOpen { .. } => StatusCode::TOO_MANY_REQUESTS,
        Refusal::UnknownResource { .. }
        | Refusal::UnknownAccess { .. }
        | Refusal::UnknownWord { .. }
        | Refusal::BadDuration { .. }
        | Refusal::DurationTooLong { .. }
        | Refusal::ReasonRequired
        | Refusal::TextTooLong { .. }
        | Refusal::NoteRequired
        | Refusal::NoWorkflow
        | Refusal::Unsatisfiable { .. }
        | Refusal::CannotWiden { .. }
        | Refusal::KeyReused => StatusCode::UNPROCESSABLE_ENTITY,
    }
}
