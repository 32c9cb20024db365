//! A message that only proves that messages arrive, sent at once through the real platform.

use super::{
    Outbox,
    courier::{Failure, FailureKind},
    purpose::TEST,
    ways::Ways,
};
use crate::store::{Posting, PostingState, Result};
use countersign_engine::{
    address::Address,
    card,
    id::{PersonId, RequestId},
    person::Platform,
    policy::Policy,
    view::Label,
    words,
};
use futures_util::future::join_all;

/// Where to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A person, on every platform on which they can be reached, or on this one.
    Person(PersonId, Option<Platform>),
    /// A place.
    Place(Address),
}

/// What came of one test message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// Where it went.
    pub address: Address,
    /// Did it arrive?
    pub delivered: bool,
    /// Why not; empty when it did.
    pub error: String,
    /// What may help; empty when it did.
    pub hint: &'static str,
}

impl Outbox {
    /// Sends and says what came back. Empty when there is no way to the target. Errors: the ledger could not be written.
    pub async fn test(&self, sender: &PersonId, target: &Target) -> Result<Vec<Sent>> {
        let policy = self.service.policy.get();
        let sender = Label::of(sender, &policy);
        let (person, addresses) = match target {
            Target::Person(person, platform) => {
                let ways = Ways { policy: &policy, messengers: &self.messengers }.to(person, &[]);
                let wanted = |address: &Address| platform.is_none_or(|platform| address.platform() == platform);
                (Some(person.clone()), ways.into_iter().flatten().filter(wanted).collect())
            }
            Target::Place(address) => (None, vec![address.clone()]),
        };
        join_all(addresses.into_iter().map(|address| self.test_at(&sender, person.clone(), address)))
            .await
            .into_iter()
            .collect()
    }

    async fn test_at(&self, sender: &Label, person: Option<PersonId>, address: Address) -> Result<Sent> {
        let begun = self.service.clock.now();
        let place = match &person {
            Some(id) => format!("{} on {}", Label::of(id, &self.service.policy.get()).name, address.platform()),
            None => format!("{} on {}", words::outside(&address.to_string(), 60), address.platform()),
        };
        let answer = self.call(&address, &card::test(&sender.name, &place), None).await;
        let now = self.service.clock.now();
        let (error, hint) = match &answer {
            Ok(_) => (String::new(), ""),
            Err(failure) => (failure.why.clone(), failure.hint()),
        };
        let (message, delivered) = (answer.ok(), error.is_empty());
        let purpose = format!("{TEST}:{}", begun.timestamp_micros());
        let row = Posting::new(RequestId::new(""), address.clone(), purpose, begun);
        let state = if delivered { PostingState::Delivered } else { PostingState::Rejected };
        let row = Posting { person, state, message, error: error.clone(), calls: 1, at: now, due_at: None, ..row };
        let row = Posting { first_tried: Some(begun), delivered_at: delivered.then_some(now), ..row };
        self.service.store.plan(&[row]).await?;
        Ok(Sent { address, delivered, error, hint })
    }
}

impl Failure {
    /// What may help.
    fn hint(&self) -> &'static str {
        match self.kind {
            FailureKind::Later { hopeless: true, .. } => "give the bot good credentials and start the server again",
            FailureKind::Later { after: Some(_), .. } => "the platform limits our calls; try again then",
            FailureKind::Paced(_) => "many messages wait there already; try again then",
            FailureKind::Later { .. } => "is the platform up, and can this machine reach it?",
            FailureKind::Gone => "is the id right, and does the account or the place still exist?",
            FailureKind::No => "is the bot in that place, and may it write there? The bot's README says what it needs",
            FailureKind::Unknown => "set its settings, as .env.example names them, and start the server again",
        }
    }
}

impl Target {
    /// From what a person typed: a platform, a person by id or e-mail, a place by id (`slack:T1/C1` where no platform is
    /// given). Nothing at all means `me`. Errors: what is wrong, in words.
    pub fn read(
        platform: &str,
        to: &str,
        place: &str,
        me: &PersonId,
        policy: &Policy,
    ) -> std::result::Result<Self, String> {
        let known = |key: &str| {
            let direct = Platform::from_key(key).filter(|p| !matches!(p, Platform::Console | Platform::Api));
            direct.ok_or_else(|| format!("there is no platform \"{}\" to write to", words::outside(key, 40)))
        };
        let on = if platform.is_empty() { None } else { Some(known(platform)?) };
        if !place.is_empty() {
            if !to.is_empty() {
                return Err("name a person or a place, not both".into());
            }
            let prefix = place.split_once(':').filter(|(key, _)| Platform::from_key(key).is_some());
            let (on, id) = match (on, prefix) {
                (None, Some((key, id))) => (known(key)?, id),
                (Some(on), Some((key, id))) if on.key() == key => (on, id),
                (Some(on), _) => (on, place),
                (None, None) => return Err("say on which platform the place is".into()),
            };
            let shown = words::outside(id, 60);
            let address =
                crate::policy_file::place(on, id).ok_or(format!("\"{shown}\" is not the id of a place on {on}"))?;
            return Ok(Self::Place(address));
        }
        if to.is_empty() {
            return Ok(Self::Person(me.clone(), on));
        }
        let person = policy.directory.look_up(to).filter(|p| p.active);
        person
            .map(|p| Self::Person(p.id.clone(), on))
            .ok_or_else(|| format!("nobody is called \"{}\"", words::outside(to, 60)))
    }
}
