//! One message: sent, brought up to date, or given up.

use super::{
    Outbox,
    message::{fingerprint, matters, worth_another_try},
};
use crate::{
    backoff::{self, GIVE_UP},
    entropy::Entropy,
    store::{Posting, PostingState, Result, StoreError},
};
use chrono::TimeDelta;
use countersign_engine::{
    address::Address,
    card::Card,
    ports::{DeliveryError, MessageRef, believed},
    time::Timestamp,
    view::RequestView,
};
use std::time::Duration;

/// A platform that does not answer within this counts as down.
const CALL: Duration = Duration::from_secs(20);
/// How often a card that somebody deletes is posted anew.
const REPOSTS: i64 = 3;
/// A way that fails for this long, or for a tenth of the step's time that is left, is not waited for any longer.
const PATIENCE: TimeDelta = TimeDelta::seconds(60);
/// While another way is looked for, the message stays ours.
const MEANWHILE: TimeDelta = TimeDelta::seconds(60);

/// What came of a call.
pub(super) type Answer = std::result::Result<MessageRef, Failure>;

/// Why a message did not arrive.
pub(super) struct Failure {
    pub kind: FailureKind,
    /// In words, without a full stop.
    pub why: String,
}

pub(super) enum FailureKind {
    /// It may work later; not before this.
    Later {
        after: Option<Duration>,
        hopeless: bool,
    },
    /// Nothing is wrong: its turn comes after this.
    Paced(Duration),
    Gone,
    No,
    /// There is no such platform any more.
    Unknown,
}

impl Outbox {
    /// Does what there is to do about a claimed message.
    pub(super) async fn deliver(&self, posting: Posting) -> Result<()> {
        let store = &self.service.store;
        let Some(request) = store.request(posting.request.as_str()).await? else {
            return self.give_up(posting, "its request does not exist").await;
        };
        if self.messengers.contains_key(&posting.address.platform()) && !self.is_theirs(&posting) {
            return self.give_up(posting, "this account is not theirs any more").await;
        }
        let view = self.service.view(request, None).await.map_err(|e| StoreError::Unavailable(e.to_string()))?;
        match posting.state {
            // It ended while another way was being looked for.
            PostingState::Rejected | PostingState::Gone | PostingState::GivenUp => self.settle(posting, &view).await,
            PostingState::Delivered => self.update(posting, &view).await,
            PostingState::Waiting | PostingState::Held => self.post(posting, &view).await,
        }
    }

    async fn post(&self, posting: Posting, view: &RequestView) -> Result<()> {
        if let Some(why) = self.is_needless(&posting, view) {
            return self.give_up(posting, why).await;
        }
        if self.is_said_by_another(&posting, view).await? {
            return self.give_up(posting, "the news that access is active says it too").await;
        }
        let Some(card) = self.card(&posting, view) else {
            return self.give_up(posting, "nobody knows what it was to say").await;
        };
        let begun = self.service.clock.now();
        let answer = self.call(&posting.address, &card, None).await;
        self.remember(posting, view, begun, &card, answer).await
    }

    async fn update(&self, posting: Posting, view: &RequestView) -> Result<()> {
        let now = self.service.clock.now();
        let (card, message) = match (self.card(&posting, view), &posting.message) {
            (Some(card), Some(message)) if posting.shown != fingerprint(&card) => (card, message.clone()),
            _ => return self.service.store.save_posting(&Posting { due_at: None, at: now, ..posting }).await,
        };
        let answer = self.call(&posting.address, &card, Some(&message)).await;
        if matches!(&answer, Err(Failure { kind: FailureKind::Unknown, .. })) {
            return self.service.store.save_posting(&Posting { due_at: None, at: now, ..posting }).await;
        }
        let is_gone = matches!(&answer, Err(Failure { kind: FailureKind::Gone, .. }));
        if is_gone && posting.reposts < REPOSTS && matters(&posting, view) {
            tracing::info!(request = %posting.request, address = %posting.address, "a card was deleted; it is posted anew");
            let (reposts, calls) = (posting.reposts + 1, posting.calls + 1);
            let anew = PostingState::Waiting;
            let posting = Posting { state: anew, message: None, reposts, calls, due_at: Some(now), at: now, ..posting };
            return self.service.store.save_posting(&posting).await;
        }
        self.remember(posting, view, now, &card, answer).await
    }

    /// The real platform; never when its bot was stopped, since its credentials are not accepted.
    pub(super) async fn call(&self, to: &Address, card: &Card, at: Option<&MessageRef>) -> Answer {
        let platform = to.platform();
        let Some(messenger) = self.messengers.get(&platform) else {
            return Err(Failure { kind: FailureKind::Unknown, why: "this platform is not configured".into() });
        };
        if let Some(why) = self.health.stopped(platform) {
            let kind = FailureKind::Later { after: None, hopeless: true };
            return Err(Failure { kind, why: format!("its bot is stopped: {why}") });
        }
        let call = async {
            match at {
                Some(message) => messenger.update(message, card).await.map(|()| message.clone()),
                None => messenger.post(to, card).await,
            }
        };
        let late = |_| Err(Failure::of(DeliveryError::Retry { after: None }));
        tokio::time::timeout(CALL, call).await.map_or_else(late, |answer| answer.map_err(Failure::of))
    }

    async fn remember(
        &self,
        posting: Posting,
        view: &RequestView,
        begun: Timestamp,
        card: &Card,
        answer: Answer,
    ) -> Result<()> {
        let now = self.service.clock.now();
        if let Err(Failure { kind: FailureKind::Paced(after), .. }) = answer {
            // No call was made, so nothing failed, and no other way is looked for.
            let due_at = Some(now + wait(after));
            return self.service.store.save_posting(&Posting { due_at, at: now, ..posting }).await;
        }
        let platform = posting.address.platform();
        let first_tried = posting.first_tried.or(Some(begun));
        let tried = Posting { calls: posting.calls + 1, first_tried, at: now, ..posting };
        match answer {
            Ok(message) => {
                self.metrics.delivered(platform);
                let delivered_at = tried.delivered_at.or(Some(now));
                let (state, shown) = (PostingState::Delivered, fingerprint(card));
                let fine = Posting { failures: 0, failing_since: None, due_at: None, error: String::new(), ..tried };
                let posting = Posting { message: Some(message), delivered_at, state, shown, ..fine };
                self.service.store.save_posting(&posting).await
            }
            Err(failure) => {
                self.metrics.delivery_failed(platform);
                let (address, why) = (&tried.address, &failure.why);
                tracing::warn!(request = %tried.request, %address, purpose = tried.purpose, why, "a message was not delivered");
                self.failed(tried, view, begun, failure).await
            }
        }
    }

    async fn failed(&self, posting: Posting, view: &RequestView, begun: Timestamp, failure: Failure) -> Result<()> {
        let now = posting.at;
        let since = posting.failing_since.unwrap_or(begun);
        let failures = posting.failures + 1;
        let failing = Posting { failures, failing_since: Some(since), error: failure.why, ..posting };
        // Whoever has an old copy was told; nobody is told again because it cannot be changed.
        let arrived = failing.state == PostingState::Delivered;
        let passed_on = failing.passed_on || !arrived;
        let ended = |state| Posting { state, due_at: None, passed_on, ..failing.clone() };
        let (posting, pass_on) = match failure.kind {
            FailureKind::Later { .. } if now - since > GIVE_UP => (ended(PostingState::GivenUp), !arrived),
            FailureKind::Later { after, hopeless } => {
                let due = now + pause(after, failing.failures, &self.service.entropy);
                let pass_on = !arrived && (hopeless || due > since + patience(view, since));
                let passed_on = failing.passed_on || pass_on;
                (Posting { due_at: Some(due), passed_on, ..failing }, pass_on)
            }
            // Somebody may invite us, or take our messages again: a place is knocked at for as long as its card matters, and
            // a card that is there is not left to tell an old truth.
            FailureKind::No if worth_another_try(&failing, view) && now - since <= GIVE_UP => {
                let due = now + backoff::pause_for_message(failing.failures, &self.service.entropy);
                (Posting { due_at: Some(due), passed_on: failing.passed_on || !arrived, ..failing }, !arrived)
            }
            FailureKind::Paced(after) => (Posting { due_at: Some(now + wait(after)), ..failing }, false),
            FailureKind::Gone => (ended(PostingState::Gone), !arrived),
            FailureKind::No => (ended(PostingState::Rejected), !arrived),
            FailureKind::Unknown => (ended(PostingState::GivenUp), !arrived),
        };
        if !pass_on {
            return self.service.store.save_posting(&posting).await;
        }
        // First it is on record that this way failed, so that two ways that fail together do not wait for each other.
        let meanwhile = Some(now + MEANWHILE);
        self.service.store.save_posting(&Posting { due_at: meanwhile, ..posting.clone() }).await?;
        self.pass_on(&posting, view).await?;
        self.service.store.save_posting(&posting).await
    }

    async fn settle(&self, posting: Posting, view: &RequestView) -> Result<()> {
        if posting.passed_on {
            self.pass_on(&posting, view).await?;
        }
        self.service.store.save_posting(&Posting { due_at: None, ..posting }).await
    }

    async fn give_up(&self, posting: Posting, why: &str) -> Result<()> {
        let (at, error) = (self.service.clock.now(), why.to_owned());
        let posting = Posting { state: PostingState::GivenUp, due_at: None, at, error, ..posting };
        self.service.store.save_posting(&posting).await
    }
}

impl Failure {
    fn of(error: DeliveryError) -> Self {
        let (kind, why) = match error {
            DeliveryError::Retry { after: Some(after) } => {
                let after = believed(after);
                let why = format!("it asks us to wait {} s", after.as_secs());
                (FailureKind::Later { after: Some(after), hopeless: false }, why)
            }
            DeliveryError::Retry { after: None } => {
                (FailureKind::Later { after: None, hopeless: false }, "it does not answer".into())
            }
            DeliveryError::Paced { after } => {
                let after = believed(after);
                (FailureKind::Paced(after), format!("its turn comes in {} s", after.as_secs()))
            }
            DeliveryError::Gone => (FailureKind::Gone, "it is not there any more".into()),
            DeliveryError::Rejected(why) => (FailureKind::No, why),
        };
        Self { kind, why }
    }
}

/// No call comes before the platform's own word.
fn pause(after: Option<Duration>, failures: i64, entropy: &Entropy) -> TimeDelta {
    match after {
        Some(after) => wait(after),
        None => backoff::pause_for_message(failures, entropy),
    }
}

fn wait(after: Duration) -> TimeDelta {
    TimeDelta::from_std(after).unwrap_or(TimeDelta::hours(1))
}

fn patience(view: &RequestView, since: Timestamp) -> TimeDelta {
    match view.request.open_step() {
        Some((pending, _)) => PATIENCE.min((pending.deadline.min(view.request.expires_at) - since) / 10),
        None => PATIENCE,
    }
}
