//! One delivery job: every message that it still lacks.

use super::{
    GIVE_UP, Outbox,
    recipients::{self, CARD},
};
use crate::{
    backoff,
    store::{Job, Posting, PostingState, Result, StoreError},
};
use chrono::TimeDelta;
use countersign_engine::{
    address::Address,
    card::{self, Card},
    effect::{Audience, Effect},
    ports::{DeliveryError, MessageRef},
    view::RequestView,
};
use ring::digest;

pub(super) struct Delivery<'a> {
    pub outbox: &'a Outbox,
    pub job: &'a Job,
}

/// What is left of a job once everything that could be done is done.
#[derive(Default)]
struct Rest {
    /// The soonest moment at which what failed may be tried again.
    again_after: Option<TimeDelta>,
    error: String,
}

impl Delivery<'_> {
    pub async fn run(self) -> Result<()> {
        let store = &self.outbox.service.store;
        let Some(request) = store.request(self.job.request.as_str()).await? else {
            return store.bury(self.job, "its request does not exist").await;
        };
        let version = request.version;
        let view = self.outbox.service.view(request, None).await.map_err(|e| StoreError::Unavailable(e.to_string()))?;
        let mut rest = Rest::default();
        match &self.job.effect {
            Effect::Refresh => self.refresh(&view, &mut rest).await?,
            effect => self.post_all(&view, effect, &mut rest).await?,
        }
        self.catch_up(version).await?;
        self.close(rest).await
    }

    /// Brings every posted copy up to date that shows something else.
    async fn refresh(&self, view: &RequestView, rest: &mut Rest) -> Result<()> {
        for posting in self.outbox.service.store.postings(&view.request.id).await? {
            let Some(card) = self.current(&posting, view) else { continue };
            let Some(message) = posting.message.clone().filter(|_| posting.state == PostingState::Delivered) else {
                continue;
            };
            if posting.shown != fingerprint(&card) {
                self.update(posting, &message, &card, rest).await?;
            }
        }
        Ok(())
    }

    async fn update(&self, posting: Posting, message: &MessageRef, card: &Card, rest: &mut Rest) -> Result<()> {
        let platform = posting.address.platform();
        let Some(messenger) = self.outbox.messengers.get(&platform) else { return Ok(()) };
        let result = messenger.update(message, card).await.map(|()| message.clone());
        self.remember(posting, card, result, rest).await
    }

    /// Posts to every address that does not have this message yet.
    async fn post_all(&self, view: &RequestView, effect: &Effect, rest: &mut Rest) -> Result<()> {
        let service = &self.outbox.service;
        let raised = self.job.due_at.timestamp_millis();
        let plan = recipients::plan(effect, raised, &view.request, &service.policy.get(), &self.outbox.messengers);
        if plan.addresses.is_empty() && matches!(effect, Effect::Tell { audience: Audience::Operators, .. }) {
            // A grant that is overdue with nobody to tell is still on the console and in the metrics, and here.
            tracing::error!(request = %view.request.id, ?effect, "no operator can be reached on any platform");
        }
        let done = service.store.postings(&view.request.id).await?;
        let has = |address: &Address| {
            done.iter().any(|p| p.address == *address && p.purpose == plan.purpose && p.state != PostingState::Waiting)
        };
        for address in plan.addresses.iter().filter(|address| !has(address)) {
            let Some(messenger) = self.outbox.messengers.get(&address.platform()) else { continue };
            let posting = Posting {
                request: view.request.id.clone(),
                address: address.clone(),
                purpose: plan.purpose.clone(),
                message: None,
                shown: String::new(),
                state: PostingState::Waiting,
                error: String::new(),
                at: view.now,
            };
            let card = match effect {
                Effect::Remind { .. } => card::reminder(view),
                Effect::Tell { news, .. } => card::news(&self.as_read_at(address, view), *news),
                _ => card::request(view),
            };
            let result = messenger.post(address, &card).await;
            self.remember(posting, &card, result, rest).await?;
        }
        Ok(())
    }

    /// What a converging message should show now; `None` for one-off messages, which stay as they were.
    fn current(&self, posting: &Posting, view: &RequestView) -> Option<Card> {
        match posting.purpose.as_str() {
            CARD => Some(card::request(view)),
            other => {
                recipients::converging(other).map(|news| card::news(&self.as_read_at(&posting.address, view), news))
            }
        }
    }

    /// The request as whoever reads at this address sees it. Only the requester's and the holder's own messages have
    /// buttons that are meant for them alone; what several people read promises nobody anything.
    fn as_read_at(&self, address: &Address, view: &RequestView) -> RequestView {
        let policy = self.outbox.service.policy.get();
        let owner = match address {
            Address::Direct(account) => policy.directory.owner(account).map(|p| &p.id),
            Address::Place { .. } => None,
        };
        let reader = owner.filter(|person| view.request.concerns(person));
        RequestView::new(view.request.clone(), reader, view.notified.clone(), &policy, view.now)
    }

    async fn remember(
        &self,
        mut posting: Posting,
        card: &Card,
        result: std::result::Result<MessageRef, DeliveryError>,
        rest: &mut Rest,
    ) -> Result<()> {
        posting.at = self.outbox.service.clock.now();
        match result {
            Ok(message) => {
                posting.message = Some(message);
                posting.shown = fingerprint(card);
                (posting.state, posting.error) = (PostingState::Delivered, String::new());
            }
            Err(error) => {
                let platform = posting.address.platform();
                self.outbox.metrics.delivery_failed(platform);
                tracing::warn!(request = %posting.request, address = %posting.address, purpose = posting.purpose, %error, "a message was not delivered");
                posting.error = error.to_string();
                match error {
                    DeliveryError::Retry { after } => rest.again(after, posting.error.clone(), self.job.attempts),
                    DeliveryError::Gone => posting.state = PostingState::Gone,
                    DeliveryError::Rejected(_) => posting.state = PostingState::Rejected,
                }
            }
        }
        self.outbox.service.store.save_posting(&posting).await
    }

    /// Something may have changed while cards were being posted, and the refresh that it called for did not know them yet.
    async fn catch_up(&self, version: u64) -> Result<()> {
        let service = &self.outbox.service;
        let now = service.store.request(self.job.request.as_str()).await?;
        match now.is_some_and(|r| r.version != version) && self.job.effect != Effect::Refresh {
            true => service.store.raise(&self.job.request, &Effect::Refresh, service.clock.now()).await,
            false => Ok(()),
        }
    }

    async fn close(&self, rest: Rest) -> Result<()> {
        let service = &self.outbox.service;
        let now = service.clock.now();
        match rest.again_after {
            None => service.store.finish(self.job).await,
            Some(_) if now - self.job.due_at > GIVE_UP => service.store.bury(self.job, &rest.error).await,
            Some(after) => service.store.retry(self.job, now + after, &rest.error).await,
        }
    }
}

impl Rest {
    /// The longest pause that anybody asked for wins: no call comes before its Retry-After.
    fn again(&mut self, after: Option<std::time::Duration>, error: String, attempts: i64) {
        let pause = match after {
            Some(after) => TimeDelta::from_std(after).unwrap_or(TimeDelta::hours(1)),
            None => backoff::pause_for_message(attempts),
        };
        self.again_after = Some(self.again_after.map_or(pause, |known| known.max(pause)));
        self.error = error;
    }
}

/// What tells two cards apart. Time left is part of a card, so a card that only grew older differs too; it is brought up
/// to date only when something else asks for it.
fn fingerprint(card: &Card) -> String {
    hex::encode(digest::digest(&digest::SHA256, format!("{card:?}").as_bytes()))
}
