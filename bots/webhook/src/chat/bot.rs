//! The messenger of all chat webhooks.

use super::{Kind, message};
use crate::{Poster, Reply, Undelivered};
use async_trait::async_trait;
use countersign_engine::{
    address::Address,
    card::{Card, Verb},
    person::Platform,
    ports::{ApprovalEngine, Bot, BotError, DeliveryError, MessageRef, Messenger, Stop, Ticks, believed},
};
use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

/// Outcomes remembered, so that each is said once.
const REMEMBERED: usize = 4_096;

/// One incoming webhook of a chat system.
pub struct Endpoint {
    /// What kind of system it is.
    pub kind: Kind,
    /// Carries there.
    pub poster: Poster,
}

/// Posts cards to incoming webhooks. A message cannot be edited there, so an update that leaves the request open posts
/// nothing; what came of a request is said in a further message.
pub struct ChatWebhooks {
    endpoints: BTreeMap<String, Endpoint>,
    public_url: String,
    ticks: Ticks,
    /// Until when a system has closed itself to us (`Retry-After`).
    closed: Mutex<HashMap<String, Instant>>,
    /// The outcome that was said last, by place and request.
    said: Mutex<HashMap<(String, String), String>>,
}

impl ChatWebhooks {
    /// By the names that workflows call them. `public_url` is where people reach the console.
    pub fn new(endpoints: BTreeMap<String, Endpoint>, public_url: &str, ticks: Ticks) -> Self {
        let public_url = public_url.trim_end_matches('/').to_owned();
        Self { endpoints, public_url, ticks, closed: Mutex::default(), said: Mutex::default() }
    }

    async fn send(&self, place: &str, card: &Card) -> Result<(), DeliveryError> {
        let unknown = || {
            let what = format!("the policy file had no [chat_webhooks.{place}] when the server started");
            DeliveryError::Rejected(what)
        };
        let endpoint = self.endpoints.get(place).ok_or_else(unknown)?;
        if let Some(after) = self.closed_for(place) {
            return Err(DeliveryError::Retry { after: Some(after) });
        }
        let body = message(endpoint.kind, card, &self.public_url).to_string().into_bytes();
        let query: &[(&str, &str)] = match endpoint.kind {
            // One thread per request; without this parameter the thread's key is not looked at.
            Kind::GoogleChat => &[("messageReplyOption", "REPLY_MESSAGE_FALLBACK_TO_NEW_THREAD")],
            _ => &[],
        };
        let answer = endpoint.poster.post_with(query, body).await;
        let answer = judge(answer);
        if let Err(DeliveryError::Retry { after: Some(after) }) = answer {
            held(&self.closed).insert(place.to_owned(), (self.ticks)() + believed(after));
        }
        answer
    }

    fn closed_for(&self, place: &str) -> Option<Duration> {
        let until = held(&self.closed).get(place).copied()?;
        until.checked_duration_since((self.ticks)()).filter(|rest| !rest.is_zero())
    }

    /// Is this outcome already said there? Remembers it when not.
    fn is_said(&self, place: &str, card: &Card) -> bool {
        let Some(about) = &card.about else { return true };
        let key = (place.to_owned(), about.request.to_string());
        held(&self.said).get(&key) == Some(&card.title.to_plain())
    }
    fn note_said(&self, place: &str, card: &Card) {
        let Some(about) = &card.about else { return };
        let mut said = held(&self.said);
        if said.len() >= REMEMBERED {
            said.clear();
        }
        said.insert((place.to_owned(), about.request.to_string()), card.title.to_plain());
    }
}

fn held<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A request that still waits for votes: its card offers them.
fn is_open(card: &Card) -> bool {
    card.buttons.iter().any(|button| matches!(button.token.verb, Verb::Approve | Verb::Deny | Verb::Trim))
}

/// What an answer means. Statuses as RFC 9110 has them; all of these systems keep to it.
fn judge(answer: Result<Reply, Undelivered>) -> Result<(), DeliveryError> {
    let reply = match answer {
        Ok(reply) => reply,
        Err(Undelivered::Forbidden(why)) => return Err(DeliveryError::Rejected(why)),
        Err(Undelivered::Failed(why)) => {
            tracing::debug!(why, "a chat webhook did not answer");
            return Err(DeliveryError::Retry { after: None });
        }
    };
    match reply.status {
        200..=299 => Ok(()),
        404 | 410 => Err(DeliveryError::Gone),
        408 | 429 | 500..=599 => Err(DeliveryError::Retry { after: reply.retry_after }),
        300..=399 => Err(DeliveryError::Rejected(format!(
            "HTTP {}: the webhook sends us elsewhere, and redirects are not followed; give its final address",
            reply.status
        ))),
        status => {
            let said = countersign_engine::words::cut(&reply.excerpt, 200);
            Err(DeliveryError::Rejected(format!("HTTP {status}: {said}; check kind and URL of the webhook")))
        }
    }
}

#[async_trait]
impl Messenger for ChatWebhooks {
    async fn post(&self, to: &Address, card: &Card) -> Result<MessageRef, DeliveryError> {
        let Address::Place { platform: Platform::Webhook, place, .. } = to else {
            return Err(DeliveryError::Rejected(format!("{to} is not a chat webhook")));
        };
        self.send(place, card).await?;
        if !is_open(card) {
            self.note_said(place, card);
        }
        let message = card.about.as_ref().map_or("test", |about| about.request.as_str()).to_owned();
        Ok(MessageRef { tenant: String::new(), place: place.clone(), message })
    }

    /// Nothing can be edited. Votes on an open request change nothing that readers could act on here; what came of it they
    /// are told once.
    async fn update(&self, at: &MessageRef, card: &Card) -> Result<(), DeliveryError> {
        if is_open(card) || self.is_said(&at.place, card) {
            return Ok(());
        }
        self.send(&at.place, card).await?;
        self.note_said(&at.place, card);
        Ok(())
    }
}

#[async_trait]
impl Bot for ChatWebhooks {
    fn platform(&self) -> Platform {
        Platform::Webhook
    }

    /// Names them. Whether a message arrives, only a message can tell.
    async fn check(&self) -> Result<String, BotError> {
        let one = |(name, endpoint): (&String, &Endpoint)| {
            format!("{name} ({} at {})", endpoint.kind.key(), endpoint.poster.host())
        };
        Ok(self.endpoints.iter().map(one).collect::<Vec<_>>().join(", "))
    }

    /// There is nothing to listen to.
    async fn run(self: Arc<Self>, _engine: Arc<dyn ApprovalEngine>, stop: Stop) -> Result<(), BotError> {
        stop.await;
        Ok(())
    }
}
