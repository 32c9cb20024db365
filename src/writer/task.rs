//! The task: takes all that waits, decides it, commits it, answers.

use super::{
    Answer, Intent, Item,
    deciding::{DecidedStep, Deciding},
    names::Names,
    rows::Said,
};
use crate::{
    audit::health::TrailHealth,
    clock::Clock,
    entropy::Entropy,
    metrics::Metrics,
    policy::PolicyHandle,
    store::{Batch, Result, Store, StoreError},
};
use countersign_engine::{
    decide::Standing,
    id::{PersonId, RequestId},
    policy::Policy,
    ports::EngineError,
};
use futures_util::FutureExt;
use std::{collections::HashMap, panic::AssertUnwindSafe, sync::Arc, time::Duration};
use tokio::sync::{broadcast, mpsc};

/// The most that one transaction takes, so that a storm of alarms cannot keep votes waiting for long.
const MAX_BATCH: usize = 512;
/// How long a batch may take. A database that hangs without closing its connections is noticed by this alone, and whoever
/// waits behind a batch that hangs still has to get an answer before HTTP gives up on it.
const PATIENCE: Duration = Duration::from_secs(8);
/// How often a batch is decided again when another replica was faster.
const RETRIES: usize = 5;

pub(super) struct Task {
    pub store: Arc<dyn Store>,
    pub policy: PolicyHandle,
    pub clock: Clock,
    pub entropy: Entropy,
    pub metrics: Metrics,
    pub trail: TrailHealth,
    pub changes: broadcast::Sender<RequestId>,
}

impl Task {
    pub async fn run(self, mut waiting: mpsc::Receiver<Item>) {
        let mut batch = Vec::with_capacity(MAX_BATCH);
        while waiting.recv_many(&mut batch, MAX_BATCH).await > 0 {
            let (intents, replies): (Vec<_>, Vec<_>) = batch.drain(..).map(|item| (item.intent, item.answer)).unzip();
            let answers = self.commit_or_split(&intents).await;
            // Who hung up meanwhile gets no answer; what was committed stays committed.
            replies.into_iter().zip(answers).for_each(|(reply, answer)| drop(reply.send(answer)));
        }
    }

    /// One bad intent fails alone, never its batch.
    async fn commit_or_split(&self, intents: &[Intent]) -> Vec<Answer> {
        match self.commit_retrying(intents).await {
            Ok(answers) => answers,
            Err(StoreError::Unavailable(why)) => {
                tracing::warn!(intents = intents.len(), why, "nothing was committed: the database is not available");
                intents.iter().map(|_| Err(EngineError::Unavailable("the database is not available".into()))).collect()
            }
            Err(error) if intents.len() == 1 => {
                tracing::error!(%error, intent = intents.first().map(Intent::kind), "an intent could not be committed");
                vec![Err(EngineError::Unavailable(
                    "the request could not be recorded; the server's log says why".into(),
                ))]
            }
            Err(error) => {
                tracing::warn!(%error, intents = intents.len(), "a batch failed: trying its intents one by one");
                let mut answers = Vec::with_capacity(intents.len());
                for intent in intents {
                    answers.extend(Box::pin(self.commit_or_split(std::slice::from_ref(intent))).await);
                }
                answers
            }
        }
    }

    async fn commit_retrying(&self, intents: &[Intent]) -> Result<Vec<Answer>> {
        for _ in 0..RETRIES {
            match self.commit_in_time(intents).await {
                Err(StoreError::Conflict(what)) => tracing::debug!(what, "decided again on fresh state"),
                other => return other,
            }
        }
        self.commit_in_time(intents).await
    }

    /// A batch that is given up may be committed all the same: versions and the trail's head make the next one notice.
    async fn commit_in_time(&self, intents: &[Intent]) -> Result<Vec<Answer>> {
        let late = |_| Err(StoreError::Unavailable(format!("no answer within {} s", PATIENCE.as_secs())));
        // A crash is a mistake of ours in one intent: it must not end the one task that decides.
        let crash = |_| Err(StoreError::Corrupt("deciding it crashed".into()));
        let commit = async { AssertUnwindSafe(self.commit(intents)).catch_unwind().await.unwrap_or_else(crash) };
        tokio::time::timeout(PATIENCE, commit).await.unwrap_or_else(late)
    }

    async fn commit(&self, intents: &[Intent]) -> Result<Vec<Answer>> {
        let mut tx = self.store.begin().await?;
        let policy = self.policy.get();
        let now = self.clock.now();
        let names: Vec<Option<Names>> =
            intents.iter().map(|i| matches!(i, Intent::Open { .. }).then(|| Names::draw(now, &self.entropy))).collect();
        let mut deciding = load(tx.as_mut(), intents, &names, &policy, now).await?;

        let (closed, quarantined) = (self.trail.problem(now), self.trail.is_quarantined());
        let mut standings = standings(tx.as_mut(), intents, &policy).await?;
        let answers = intents.iter().zip(&names).enumerate().map(|(n, (intent, names))| {
            let opening = names.as_ref().zip(standings.remove(&n));
            match closed.filter(|_| quarantined || intent.leads_to_access()) {
                Some(why) => Err(EngineError::Unavailable(why.into())),
                None => deciding.decide(intent, opening),
            }
        });
        let answers = answers.collect();
        self.write(tx, deciding, intents.len()).await?;
        Ok(answers)
    }

    async fn write(&self, mut tx: Box<dyn Batch>, deciding: Deciding<'_>, intents: usize) -> Result<()> {
        let Deciding { rows, changed, decided, .. } = deciding;
        if rows.is_empty() {
            return Ok(());
        }
        let said = rows.said();
        let before = self.trail.length();
        let head = tx.audit_head().await?;
        if !self.trail.goes_on(before, &head) {
            return Err(StoreError::Unavailable(
                "the audit trail has become shorter: was the database restored?".into(),
            ));
        }
        tx.write(&rows.finish(&head)?).await?;
        tx.commit().await?;
        said.iter().for_each(Said::log);
        self.metrics.batch(intents);
        for DecidedStep { workflow, step, after } in &decided {
            self.metrics.step_decided(workflow, step, *after);
        }
        // Nobody listening is no error.
        changed.into_iter().for_each(|id| drop(self.changes.send(id)));
        self.store.announce().await;
        Ok(())
    }
}

/// Loads all that the intents concern, in as few statements as there are kinds of row.
async fn load<'a>(
    tx: &mut dyn Batch,
    intents: &[Intent],
    names: &[Option<Names>],
    policy: &'a Policy,
    now: countersign_engine::time::Timestamp,
) -> Result<Deciding<'a>> {
    let keys: Vec<(String, String)> = intents
        .iter()
        .filter_map(|intent| match intent {
            Intent::Open { key, .. } | Intent::Act { key, .. } => key.as_ref(),
            Intent::Ring { .. } | Intent::Settle { .. } | Intent::Reassess { .. } | Intent::Recover { .. } => None,
        })
        .map(|key| (key.caller.clone(), key.key.clone()))
        .collect();
    let known = if keys.is_empty() { Vec::new() } else { tx.keys(&keys).await? };

    let meant = intents.iter().filter_map(|intent| match intent {
        Intent::Open { .. } => None,
        Intent::Act { request, .. }
        | Intent::Ring { request }
        | Intent::Settle { request, .. }
        | Intent::Reassess { request }
        | Intent::Recover { request, .. } => Some(request.clone()),
    });
    let mut ids: Vec<RequestId> = meant.chain(known.iter().map(|row| row.request.clone())).collect();
    ids.sort();
    ids.dedup();
    let requests = if ids.is_empty() { Default::default() } else { tx.load(&ids).await? };

    let wanted: Vec<String> = names.iter().flatten().flat_map(|n| &n.short_ids).map(ToString::to_string).collect();
    let taken = if wanted.is_empty() { Vec::new() } else { tx.taken(&wanted).await? };
    Ok(Deciding::new(policy, now, requests, known, taken))
}

/// What each requester of the batch has already, by the intent's place in it. The store lets replicas at one requester
/// after the other, so all ask in the same order: else two that open for the same people could wait for one another.
async fn standings(tx: &mut dyn Batch, intents: &[Intent], policy: &Policy) -> Result<HashMap<usize, Standing>> {
    let opens = intents.iter().enumerate().filter_map(|(n, intent)| match intent {
        Intent::Open { requester, draft, .. } => Some((requester, n, draft)),
        _ => None,
    });
    let mut opens: Vec<_> = opens.collect();
    opens.sort_by_key(|(requester, n, _)| (*requester, *n));
    let mut all = HashMap::with_capacity(opens.len());
    for (requester, n, draft) in opens {
        all.insert(n, standing(tx, requester, draft, policy).await?);
    }
    Ok(all)
}

async fn standing(
    tx: &mut dyn Batch,
    requester: &PersonId,
    draft: &countersign_engine::command::Draft,
    policy: &Policy,
) -> Result<Standing> {
    // A resource that does not exist is refused by the engine, whatever the person has.
    let Some(resource) = policy.resources.get(&draft.resource) else { return Ok(Standing::default()) };
    let access = draft.access.as_ref().unwrap_or(&resource.default_access);
    tx.standing(requester, &resource.id, access).await
}
