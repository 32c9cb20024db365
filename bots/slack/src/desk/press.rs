//! Buttons. A press names a request, a step and a verb, and proves nothing: the engine judges it.

use super::{Asking, details, say};
use crate::{answer::Answer, modal};
use countersign_engine::{
    card::{Token, Verb},
    command::{Command, Trim},
    ports::EngineError,
    refusal::Refusal,
    view::RequestView,
    words,
};

pub(super) async fn answer(asking: &Asking<'_>, action: &str, value: &str) -> Result<Answer, EngineError> {
    let Ok(token) = value.parse::<Token>() else { return Ok(Answer::words(say::STALE_BUTTON)) };
    if action == details::TRIM {
        return trim(asking, &token).await;
    }
    match token.verb {
        Verb::Approve => {
            let command = Command::Approve { step: token.step, note: None, trim: Trim::default() };
            act(asking, &token, command).await?;
            // Every copy of the card converges and shows the vote.
            Ok(Answer::Nothing)
        }
        Verb::Deny => deny(asking, &token).await,
        Verb::Details => Ok(details::of(&asking.desk.engine.get(&asking.caller, token.request.as_str()).await?)),
        Verb::Cancel => shown(&act(asking, &token, Command::Cancel).await?),
        Verb::Start => shown(&act(asking, &token, Command::Start).await?),
        Verb::End => shown(&act(asking, &token, Command::End).await?),
    }
}

async fn act(asking: &Asking<'_>, token: &Token, command: Command) -> Result<RequestView, EngineError> {
    asking.desk.engine.act(&asking.caller, &asking.key, token.request.as_str(), command).await
}

/// Also for people who pressed on a private answer, which cannot converge.
fn shown(view: &RequestView) -> Result<Answer, EngineError> {
    Ok(Answer::words(&say::outcome(view)))
}

/// The form for the note; nobody should type one only to hear that they cannot vote.
async fn deny(asking: &Asking<'_>, token: &Token) -> Result<Answer, EngineError> {
    let about = match asking.desk.engine.get(&asking.caller, token.request.as_str()).await {
        Ok(view) if !view.abilities.vote => return Ok(cannot_vote(&view)),
        Ok(view) => words::line(&view),
        // Somebody who may not see the request hears who can vote from the deny itself (rule 15).
        Err(EngineError::Refused(refusal)) if matches!(*refusal, Refusal::NotFound { .. }) => String::new(),
        Err(error) => return Err(error),
    };
    Ok(Answer::Form(modal::deny(token, &about)))
}

/// The form for "Approve with changes...".
async fn trim(asking: &Asking<'_>, token: &Token) -> Result<Answer, EngineError> {
    let view = asking.desk.engine.get(&asking.caller, token.request.as_str()).await?;
    if !view.abilities.vote {
        return Ok(cannot_vote(&view));
    }
    Ok(Answer::Form(modal::trim(token, &view.request, &words::line(&view))))
}

fn cannot_vote(view: &RequestView) -> Answer {
    match &view.abilities.no_vote {
        Some(refusal) => Answer::words(&words::refusal(refusal)),
        None => Answer::words(&words::line(view)),
    }
}
