//! Buttons. A press names a request, a step and a verb, and proves nothing: the engine judges it.

use super::{Asking, Form, Reply, details};
use crate::{
    card::{self, Token, Verb},
    command::{Command, Trim},
    ports::EngineError,
    refusal::Refusal,
    view::RequestView,
    words::{self, desk as say},
};

pub(super) async fn reply(asking: &Asking<'_>, token: &str) -> Result<Reply, EngineError> {
    let Ok(token) = token.parse::<Token>() else { return Ok(Reply::words(say::STALE_BUTTON)) };
    match token.verb {
        Verb::Approve => {
            let command = Command::Approve { step: token.step, note: None, trim: Trim::default() };
            vote(asking, &token, command).await
        }
        Verb::Deny => deny(asking, token).await,
        Verb::Trim => trim(asking, token).await,
        Verb::Details => {
            Ok(details::of(&asking.engine.get(asking.caller, token.request.as_str()).await?, asking.platform()))
        }
        Verb::Cancel => shown(&act(asking, &token, Command::Cancel).await?),
        Verb::Start => shown(&act(asking, &token, Command::Start).await?),
        Verb::End => shown(&act(asking, &token, Command::End).await?),
    }
}

pub(super) async fn vote(asking: &Asking<'_>, token: &Token, command: Command) -> Result<Reply, EngineError> {
    if asking.quiet {
        asking.engine.record(asking.caller, asking.key, token.request.as_str(), command).await?;
        return Ok(Reply::Recorded);
    }
    let view = act(asking, token, command).await?;
    Ok(Reply::Voted {
        words: words::voted(&view),
        card: Box::new(card::on(asking.platform(), &view, card::request(&view))),
    })
}

async fn act(asking: &Asking<'_>, token: &Token, command: Command) -> Result<RequestView, EngineError> {
    asking.engine.act(asking.caller, asking.key, token.request.as_str(), command).await
}

/// Also for people who pressed on a private answer, which cannot converge.
fn shown(view: &RequestView) -> Result<Reply, EngineError> {
    Ok(Reply::words(say::outcome(view)))
}

/// The form for the note; nobody should type one only to hear that they cannot vote.
async fn deny(asking: &Asking<'_>, token: Token) -> Result<Reply, EngineError> {
    let (about, needs_note) = match asking.engine.get(asking.caller, token.request.as_str()).await {
        Ok(view) if !view.abilities.vote => return Ok(cannot_vote(&view)),
        Ok(view) => (words::line(&view), view.request.open_step().is_some_and(|(_, step)| step.deny_note)),
        // Somebody who may not see the request hears who can vote from the deny itself (rule 15).
        Err(EngineError::Refused(refusal)) if matches!(*refusal, Refusal::NotFound { .. }) => (String::new(), false),
        Err(error) => return Err(error),
    };
    Ok(Reply::Form(Box::new(Form::Deny { token, about, needs_note })))
}

/// The form for "Approve with changes...".
async fn trim(asking: &Asking<'_>, token: Token) -> Result<Reply, EngineError> {
    let view = asking.engine.get(asking.caller, token.request.as_str()).await?;
    if !view.abilities.vote {
        return Ok(cannot_vote(&view));
    }
    let (present, lower) = match view.request.levels_left().split_last() {
        Some((present, lower)) => (Some(present.clone()), lower.to_vec()),
        None => (None, Vec::new()),
    };
    let about = words::line(&view);
    Ok(Reply::Form(Box::new(Form::Trim { token, about, duration: view.request.scope.duration, present, lower })))
}

fn cannot_vote(view: &RequestView) -> Reply {
    match &view.abilities.no_vote {
        Some(refusal) => Reply::words(words::refusal(refusal)),
        None => Reply::words(words::line(view)),
    }
}
