//! What was chosen so far, short enough for a button: names are hashed, and looked up again in the catalogue.

use countersign_engine::{id::AccessLevel, ports::Offer};
use ring::digest::{SHA256, digest};

/// A resource, and one of its levels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pick {
    /// 16 hexadecimal digits of the resource's name.
    pub(crate) resource: String,
    /// Six of the level's; `0` for the usual one.
    pub(crate) access: String,
}

/// How a level that needs no choice is written.
const USUAL: &str = "0";
const RESOURCE: usize = 16;
const LEVEL: usize = 6;

/// So many hexadecimal digits of a name's SHA-256.
pub(crate) fn hash(name: &str, digits: usize) -> String {
    hex::encode(digest(&SHA256, name.as_bytes())).chars().take(digits).collect()
}

impl Pick {
    /// From what a button carries.
    pub(crate) fn new(resource: &str, access: &str) -> Option<Self> {
        let hex = |text: &str, digits| text.len() == digits && text.bytes().all(|b| b.is_ascii_hexdigit());
        (hex(resource, RESOURCE) && (access == USUAL || hex(access, LEVEL)))
            .then(|| Self { resource: resource.to_owned(), access: access.to_owned() })
    }
    /// A resource at its usual level.
    pub(super) fn usual(offer: &Offer) -> Self {
        Self { resource: hash(offer.resource.as_str(), RESOURCE), access: USUAL.to_owned() }
    }
    /// A resource at one of its levels.
    pub(super) fn at(offer: &Offer, level: &AccessLevel) -> Self {
        Self { access: hash(level.as_str(), LEVEL), ..Self::usual(offer) }
    }
    /// The resource, if it is still offered.
    pub(super) fn offer<'a>(&self, offers: &'a [Offer]) -> Option<&'a Offer> {
        let offer = offer(offers, &self.resource)?;
        (self.access == USUAL || self.level(offer).is_some()).then_some(offer)
    }
    /// The chosen level; `None` is the usual one.
    pub(super) fn level<'a>(&self, offer: &'a Offer) -> Option<&'a AccessLevel> {
        offer.access.iter().find(|level| hash(level.as_str(), LEVEL) == self.access)
    }
    /// `prod-db (read-write)`.
    pub(super) fn named(&self, offer: &Offer) -> String {
        match self.level(offer) {
            Some(level) => format!("{} ({level})", offer.resource),
            None => offer.resource.to_string(),
        }
    }
}

/// The offer of this hash.
pub(super) fn offer<'a>(offers: &'a [Offer], resource: &str) -> Option<&'a Offer> {
    offers.iter().find(|offer| hash(offer.resource.as_str(), RESOURCE) == resource)
}
