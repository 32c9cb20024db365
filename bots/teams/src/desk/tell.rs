//! Answers to what was typed. Teams has no message that only one person in a channel sees, so an answer goes to the
//! conversation between us and who asked: a link code, or who may see what, is nobody else's business.

use super::Desk;
use crate::{answer, fault::Fault, inbound::Activity, render};
use countersign_engine::desk::Reply;
use serde_json::Value;
use std::{collections::VecDeque, sync::PoisonError, time::Duration};

/// So long the acknowledgement waits for the answer to be sent, so that they arrive in order.
const TOGETHER: Duration = Duration::from_secs(2);
/// Between two attempts, when Teams names no time.
const PAUSE: Duration = Duration::from_secs(1);
/// An answer that comes later than this is of no use.
const STALE: Duration = Duration::from_secs(30);
const ATTEMPTS: usize = 3;
/// Deliveries are repeated within seconds.
const REMEMBERED: usize = 1_000;

const ALONE: &str = "The answer is for you alone, and Teams does not let Countersign write to you alone yet. Add the app \
                     Countersign for yourself (Apps, on the left), then ask again there.";

/// The deliveries that were answered last.
#[derive(Default)]
pub(super) struct Recent(VecDeque<String>);

impl Recent {
    /// Is it the first time? From now on it is not.
    fn first(&mut self, delivery: String) -> bool {
        let known = self.0.contains(&delivery);
        if !known {
            self.0.truncate(REMEMBERED);
            self.0.push_front(delivery);
        }
        !known
    }
}

impl Desk {
    /// Sends, in a task of its own, the answer to a message, once. Nothing depends on it: what was decided is committed.
    pub(super) async fn tell(&self, activity: &Activity, object: &str, reply: Reply) {
        if !self.recent.lock().unwrap_or_else(PoisonError::into_inner).first(activity.delivery()) {
            return;
        }
        let (desk, object) = (self.clone(), object.to_owned());
        let place = Some(activity.conversation.clone()).filter(|_| !activity.personal);
        let sending = tokio::spawn(async move {
            let message = answer::to_message(&reply);
            let sent = desk.alone(&object, &message).await;
            let sent = match (sent, place) {
                (Err(Fault::Refused(_) | Fault::Gone(_)), Some(place)) => {
                    let hint = render::carried(render::sentences(ALONE), ALONE);
                    desk.api.send(&place, &hint).await.map(drop)
                }
                (sent, _) => sent,
            };
            if let Err(fault) = sent {
                tracing::warn!(%fault, user = object, "a private answer did not reach its reader");
            }
        });
        let _ = tokio::time::timeout(TOGETHER, sending).await;
    }

    /// To one person, with patience for what passes.
    async fn alone(&self, object: &str, message: &Value) -> Result<(), Fault> {
        let mut attempt = 1;
        loop {
            let pause = match self.try_alone(object, message).await {
                Err(Fault::Limited(after)) => after.unwrap_or(PAUSE),
                Err(Fault::Paced(after)) => after,
                Err(Fault::Passing(_)) => PAUSE,
                done => return done,
            };
            if attempt == ATTEMPTS || pause > STALE {
                return Err(Fault::Passing("no answer for too long".into()));
            }
            attempt += 1;
            tokio::time::sleep(pause).await;
        }
    }

    async fn try_alone(&self, object: &str, message: &Value) -> Result<(), Fault> {
        let conversation = self.api.conversation(object).await?;
        self.api.send(&conversation, message).await.map(drop)
    }

    /// An invoke whose answer came too late for Teams: what would have been shown is sent.
    pub(crate) async fn tell_late(&self, object: &str, response: &Value) {
        let message = match (&response["type"], response["value"].as_str()) {
            (_, Some(words)) => render::carried(render::sentences(words), words),
            (kind, None) if *kind == "application/vnd.microsoft.card.adaptive" => {
                render::carried(response["value"].clone(), "Countersign")
            }
            _ => return,
        };
        if let Err(fault) = self.alone(object, &message).await {
            tracing::warn!(%fault, user = object, "a late answer did not reach its reader");
        }
    }
}
