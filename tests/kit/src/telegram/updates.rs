//! `getUpdates`: what waits, oldest first; an offset confirms everything before it
//! (core.telegram.org/bots/api, "Getting updates").

use super::{
    FakeTelegram,
    calls::{Refusal, hang_up},
    model::{State, Waiting},
};
use axum::{
    Json,
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// Telegram keeps updates no longer.
const KEPT: Duration = Duration::from_secs(24 * 3_600);

pub(super) async fn get(telegram: &FakeTelegram, body: &Value) -> Response {
    if telegram.state().webhook["url"] != "" {
        let said = "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first";
        return Refusal(409, said.into(), Value::Null).into_response();
    }
    let failure = telegram.change(|s| {
        let at = s.failures.iter().position(|(name, _)| name == "getupdates")?;
        s.failures.remove(at)
    });
    if let Some((_, super::Failure::Error(code, said))) = failure {
        return Refusal(code, said.into(), Value::Null).into_response();
    }
    let offset = body["offset"].as_i64().unwrap_or_default();
    let (now, mut changed) = (telegram.now(), telegram.0.state.changes());
    let turn = telegram.change(|s| {
        confirm(s, offset);
        s.waiting.retain(|w| now.saturating_duration_since(w.since) < KEPT);
        s.poll += 1;
        s.polls += 1;
        s.poll
    });
    let _open = Open::new(telegram);
    let wait = Duration::from_secs(body["timeout"].as_u64().unwrap_or_default());
    let until = tokio::time::sleep(wait);
    tokio::pin!(until);
    loop {
        let answer = look(telegram, body, turn);
        if let Some(answer) = answer {
            return answer;
        }
        tokio::select! {
            () = &mut until => return Json(json!({"ok": true, "result": []})).into_response(),
            _ = changed.changed() => {}
        }
    }
}

/// An open request for updates.
struct Open(FakeTelegram);

impl Open {
    fn new(telegram: &FakeTelegram) -> Self {
        telegram.change(|s| s.open += 1);
        Self(telegram.clone())
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.change(|s| s.open -= 1);
    }
}

fn look(telegram: &FakeTelegram, body: &Value, turn: u64) -> Option<Response> {
    let mut state = telegram.state();
    if state.poll != turn {
        let said = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running";
        return Some(Refusal(409, said.into(), Value::Null).into_response());
    }
    if std::mem::take(&mut state.drop_poll) {
        drop(state);
        hang_up()
    }
    let kinds = body["allowed_updates"].as_array().cloned().unwrap_or_default();
    let wanted =
        |w: &&Waiting| kinds.is_empty() || kinds.iter().any(|kind| !w.body[kind.as_str().unwrap_or("-")].is_null());
    let limit = body["limit"].as_u64().unwrap_or(100).clamp(1, 100);
    let found: Vec<Value> = state
        .waiting
        .iter()
        .filter(wanted)
        .take(usize::try_from(limit).unwrap_or(100))
        .map(|w| w.body.clone())
        .collect();
    (!found.is_empty()).then(|| Json(json!({"ok": true, "result": found})).into_response())
}

/// What comes before the offset was handled; a duplicate comes again all the same, as when an offset was lost.
fn confirm(state: &mut State, offset: i64) {
    state.waiting.retain_mut(|waiting| match (waiting.id < offset, waiting.again) {
        (true, 0) => false,
        (true, _) => {
            waiting.again -= 1;
            true
        }
        (false, _) => true,
    });
}

impl FakeTelegram {
    /// Puts an update where the bot finds it, and waits until it was handled: confirmed by an offset, or taken by the
    /// webhook. `body` has no `update_id` yet. The answer is whether the bot took it.
    ///
    /// # Panics
    /// When it is not handled within ten seconds.
    pub async fn deliver(&self, body: Value) -> bool {
        let now = self.now();
        let (id, webhook) = self.change(|s| (place(s, body.clone(), now), s.base.clone()));
        if let Some(base) = webhook {
            return self.to_webhook(&base, id).await;
        }
        // With a token that is no longer accepted it can be taken, but not confirmed.
        let handled = |s: &State| {
            let lost = s.revoked && s.open == 0;
            (lost || !s.waiting.iter().any(|w| w.id == id)).then_some(())
        };
        self.0.state.until(&format!("update {id} to be handled: {body}"), handled).await;
        true
    }

    /// Puts an update where the bot finds it once it listens again.
    pub(super) fn leave(&self, body: Value) {
        let now = self.now();
        self.change(|s| place(s, body, now));
    }

    async fn to_webhook(&self, base: &str, id: i64) -> bool {
        let (update, webhook) = self.change(|s| {
            let at = s.waiting.iter().position(|w| w.id == id);
            (at.and_then(|at| s.waiting.remove(at)), s.webhook.clone())
        });
        let Some(update) = update else { return false };
        let path = webhook["url"].as_str().and_then(|url| url.splitn(4, '/').nth(3)).unwrap_or_default().to_owned();
        let mut taken = false;
        for _ in 0..=update.again {
            let sent = reqwest::Client::new()
                .post(format!("{base}/{path}"))
                .header("content-type", "application/json")
                .header("X-Telegram-Bot-Api-Secret-Token", webhook["secret_token"].as_str().unwrap_or_default())
                .body(update.body.to_string())
                .send()
                .await;
            taken = sent.is_ok_and(|response| response.status().is_success());
        }
        taken
    }
}

fn place(state: &mut State, mut body: Value, since: Instant) -> i64 {
    let id = state.next();
    body["update_id"] = id.into();
    let again = state.repeats.saturating_sub(1);
    state.waiting.push_back(Waiting { id, body, since, again });
    id
}
