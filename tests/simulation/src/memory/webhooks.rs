//! What webhooks need to have kept.

use super::tables::Memory;
use async_trait::async_trait;
use chrono::TimeDelta;
use countersign::store::{
    HookAnswer, Result, WebhookCursor, WebhookDelivery, WebhookLog, WebhookOutcome, WebhookQuery, WebhookState,
    WebhookWant,
};
use countersign_engine::time::Timestamp;
use std::collections::BTreeMap;

/// Deliveries by id less one, each with the end of its lease.
#[derive(Default)]
pub(super) struct Webhooks {
    cursors: BTreeMap<String, WebhookCursor>,
    deliveries: Vec<Option<(WebhookDelivery, Timestamp)>>,
    answers: BTreeMap<(String, String), (HookAnswer, Timestamp)>,
}

impl Webhooks {
    fn all(&mut self) -> impl DoubleEndedIterator<Item = &mut (WebhookDelivery, Timestamp)> {
        self.deliveries.iter_mut().flatten()
    }
    fn is_disabled(&self, webhook: &str) -> bool {
        self.cursors.get(webhook).is_some_and(|cursor| cursor.disabled.is_some())
    }
    fn want(&mut self, webhook: &str, want: &WebhookWant, now: Timestamp) {
        if self.all().any(|(d, _)| d.webhook == webhook && d.want.seq == want.seq) {
            return;
        }
        let delivery = WebhookDelivery {
            id: self.deliveries.len() as i64 + 1,
            webhook: webhook.to_owned(),
            want: want.clone(),
            state: WebhookState::Waiting,
            attempts: 0,
            due_at: now,
            first_due: now,
            status: None,
            error: String::new(),
            excerpt: String::new(),
            at: now,
        };
        self.deliveries.push(Some((delivery, Timestamp::UNIX_EPOCH)));
    }
}

#[async_trait]
impl WebhookLog for Memory {
    async fn webhook_cursors(&self) -> Result<Vec<WebhookCursor>> {
        Ok(self.tables().webhooks.cursors.values().cloned().collect())
    }
    async fn start_webhook(&self, webhook: &str) -> Result<()> {
        let mut tables = self.tables();
        let cursor = WebhookCursor { webhook: webhook.to_owned(), next_seq: tables.head.size, disabled: None };
        tables.webhooks.cursors.entry(webhook.to_owned()).or_insert(cursor);
        Ok(())
    }
    async fn advance_webhook(&self, webhook: &str, wants: &[WebhookWant], next: i64, now: Timestamp) -> Result<()> {
        let webhooks = &mut self.tables().webhooks;
        wants.iter().for_each(|want| webhooks.want(webhook, want, now));
        if let Some(cursor) = webhooks.cursors.get_mut(webhook) {
            cursor.next_seq = cursor.next_seq.max(next);
        }
        Ok(())
    }
    async fn claim_webhooks(
        &self,
        webhook: &str,
        now: Timestamp,
        lease: TimeDelta,
        limit: i64,
    ) -> Result<Vec<WebhookDelivery>> {
        let webhooks = &mut self.tables().webhooks;
        if webhooks.is_disabled(webhook) {
            return Ok(Vec::new());
        }
        let due = |d: &WebhookDelivery| d.webhook == webhook && d.state == WebhookState::Waiting && d.due_at <= now;
        let mut due: Vec<_> = webhooks.all().filter(|(d, leased)| due(d) && *leased <= now).collect();
        due.sort_by_key(|(d, _)| (d.due_at, d.id));
        let mut claimed = Vec::new();
        for (delivery, leased) in due.into_iter().take(usize::try_from(limit).unwrap_or(0)) {
            *leased = now + lease;
            delivery.attempts += 1;
            claimed.push(delivery.clone());
        }
        Ok(claimed)
    }
    async fn settle_webhook(&self, claimed: &WebhookDelivery, outcome: &WebhookOutcome) -> Result<()> {
        let o = outcome.clone();
        let webhooks = &mut self.tables().webhooks;
        let mine = |d: &WebhookDelivery| {
            d.id == claimed.id && d.attempts == claimed.attempts && d.state == WebhookState::Waiting
        };
        if let Some((d, leased)) = webhooks.all().find(|(d, _)| mine(d)) {
            (d.state, d.due_at, d.status, d.error, d.excerpt, d.at) =
                (o.state, o.due_at, o.status, o.error, o.excerpt, o.at);
            *leased = Timestamp::UNIX_EPOCH;
        }
        Ok(())
    }
    async fn webhook_deliveries(&self, query: &WebhookQuery) -> Result<Vec<WebhookDelivery>> {
        let webhooks = &mut self.tables().webhooks;
        let fits = |d: &WebhookDelivery| {
            query.webhook.as_ref().is_none_or(|webhook| d.webhook == *webhook)
                && query.state.is_none_or(|state| d.state == state)
                && query.before.is_none_or(|before| d.id < before)
        };
        let fitting = webhooks.all().rev().filter(|(d, _)| fits(d)).map(|(d, _)| d.clone());
        Ok(fitting.take(usize::try_from(query.limit).unwrap_or(0)).collect())
    }
    async fn resend_webhook(&self, id: i64, now: Timestamp) -> Result<bool> {
        let webhooks = &mut self.tables().webhooks;
        let Some((d, leased)) = webhooks.all().find(|(d, _)| d.id == id && d.state != WebhookState::Waiting) else {
            return Ok(false);
        };
        (d.state, d.attempts, d.due_at, d.first_due, d.at) = (WebhookState::Waiting, 0, now, now, now);
        *leased = Timestamp::UNIX_EPOCH;
        Ok(true)
    }
    async fn disable_webhook(&self, webhook: &str, why: &str, now: Timestamp) -> Result<()> {
        if let Some(cursor) = self.tables().webhooks.cursors.get_mut(webhook) {
            cursor.disabled.get_or_insert_with(|| (now, why.to_owned()));
        }
        Ok(())
    }
    async fn enable_webhook(&self, webhook: &str, now: Timestamp) -> Result<bool> {
        let webhooks = &mut self.tables().webhooks;
        for (d, _) in webhooks.all().filter(|(d, _)| d.webhook == webhook && d.state == WebhookState::Waiting) {
            (d.due_at, d.first_due) = (now, now);
        }
        Ok(webhooks.cursors.get_mut(webhook).is_some_and(|cursor| cursor.disabled.take().is_some()))
    }
    async fn hook_answer(&self, hook: &str, message: &str) -> Result<Option<HookAnswer>> {
        let key = (hook.to_owned(), message.to_owned());
        Ok(self.tables().webhooks.answers.get(&key).map(|(answer, _)| answer.clone()))
    }
    async fn keep_hook_answer(&self, hook: &str, message: &str, answer: &HookAnswer, now: Timestamp) -> Result<()> {
        let key = (hook.to_owned(), message.to_owned());
        self.tables().webhooks.answers.entry(key).or_insert_with(|| (answer.clone(), now));
        Ok(())
    }
    async fn forsake_webhooks(&self, before: Timestamp, why: &str, now: Timestamp) -> Result<u64> {
        let webhooks = &mut self.tables().webhooks;
        let disabled: Vec<String> =
            webhooks.cursors.values().filter(|c| c.disabled.is_some()).map(|c| c.webhook.clone()).collect();
        let forsaken = |d: &WebhookDelivery, leased: Timestamp| {
            let waits = d.state == WebhookState::Waiting && d.first_due < before && leased < before;
            waits && !disabled.contains(&d.webhook)
        };
        let mut count = 0;
        for (d, _) in webhooks.all().filter(|(d, leased)| forsaken(d, *leased)) {
            (d.state, d.error, d.at) = (WebhookState::Dead, why.to_owned(), now);
            count += 1;
        }
        Ok(count)
    }
    async fn sweep_webhooks(&self, log_before: Timestamp, answers_before: Timestamp) -> Result<()> {
        let webhooks = &mut self.tables().webhooks;
        for row in &mut webhooks.deliveries {
            if row.as_ref().is_some_and(|(d, _)| d.state != WebhookState::Waiting && d.at < log_before) {
                *row = None;
            }
        }
        webhooks.answers.retain(|_, (_, at)| *at >= answers_before);
        Ok(())
    }
}
