//! Compares what the database believes with what the targets hold. Changes nothing.

use crate::{
    grants::Connectors,
    store::{Query, Result, Store},
};
use countersign_engine::{
    decide::Held,
    grant::GrantState,
    ports::{Connector, ConnectorError, Observation},
    request::Request,
};
use futures_util::{StreamExt, stream};
use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

const PAGE: i64 = 200;
/// Targets asked at a time.
const AT_ONCE: usize = 8;
/// The longest that one answer may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// A grant that the database does not take for over, and what its target holds.
#[derive(Debug, Clone)]
pub struct Seen {
    /// Its request.
    pub request: Request,
    /// What the target holds.
    pub held: Held,
}

/// Something of ours at a target that no live grant accounts for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Orphan {
    /// The connector.
    pub connector: String,
    /// Its name there.
    pub target_name: String,
}

/// All of it.
#[derive(Debug, Clone, Default)]
pub struct Looked {
    /// Grants that are not over, oldest first.
    pub grants: Vec<Seen>,
    /// What is there that the database does not know.
    pub orphans: Vec<Orphan>,
    /// Connectors that cannot be asked, and why.
    pub unreachable: BTreeMap<String, String>,
}

/// Asks every connector.
pub async fn look(store: &dyn Store, connectors: &Connectors) -> Result<Looked> {
    let live = live(store).await?;
    let mut ours: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    let mut looked = Looked::default();
    for (name, connector) in connectors {
        match list(connector.as_ref()).await {
            Ok(found) => drop(ours.insert(name, found)),
            Err(error) => drop(looked.unreachable.insert(name.clone(), error.to_string())),
        }
    }
    let known: BTreeSet<&str> = live.iter().filter(|r| may_be_there(r)).filter_map(target_name).collect();
    for (connector, names) in &ours {
        let unknown = names.iter().filter(|name| !known.contains(name.as_str()));
        looked
            .orphans
            .extend(unknown.map(|name| Orphan { connector: (*connector).to_owned(), target_name: name.clone() }));
    }
    let asked: Vec<_> = live.iter().map(|request| held(request, connectors, &ours)).collect();
    let held: Vec<Held> = stream::iter(asked).buffered(AT_ONCE).collect().await;
    looked.grants = live.into_iter().zip(held).map(|(request, held)| Seen { request, held }).collect();
    Ok(looked)
}

async fn list(connector: &dyn Connector) -> std::result::Result<BTreeSet<String>, ConnectorError> {
    let late = |_| Err(ConnectorError(format!("no answer within {} s", PATIENCE.as_secs())));
    let found = tokio::time::timeout(PATIENCE, connector.list_ours()).await.unwrap_or_else(late)?;
    Ok(found.into_iter().map(|found| found.target_name).collect())
}

async fn held(request: &Request, connectors: &Connectors, ours: &BTreeMap<&str, BTreeSet<String>>) -> Held {
    let Some(terms) = request.grant.as_ref().map(|grant| &grant.terms) else { return Held::Unknown };
    let (Some(connector), Some(names)) = (connectors.get(&terms.connector), ours.get(terms.connector.as_str())) else {
        return Held::Unknown;
    };
    if names.contains(&terms.target_name) {
        return Held::Present;
    }
    match tokio::time::timeout(PATIENCE, connector.observe(terms)).await {
        Ok(Observation::Present) => Held::Present,
        Ok(Observation::Absent) => Held::Absent,
        Ok(Observation::Unknown(_)) | Err(_) => Held::Unknown,
    }
}

fn target_name(request: &Request) -> Option<&str> {
    request.grant.as_ref().map(|grant| grant.terms.target_name.as_str())
}

/// Does the database itself say that the target may hold it?
fn may_be_there(request: &Request) -> bool {
    request.grant.as_ref().is_some_and(|grant| {
        matches!(grant.state, GrantState::Granting { .. } | GrantState::Active { .. } | GrantState::Revoking { .. })
    })
}

/// Requests whose grant is not over.
async fn live(store: &dyn Store) -> Result<Vec<Request>> {
    let states = ["scheduled", "granting", "active", "revoking"].map(str::to_owned);
    let mut query = Query { grant_states: states.into(), live: true, limit: PAGE, ..Query::default() };
    let mut all = Vec::new();
    loop {
        let page = store.requests(&query).await?;
        let Some(last) = page.last() else { break };
        query.before = Some(last.id.clone());
        all.extend(page);
    }
    all.reverse();
    Ok(all)
}
