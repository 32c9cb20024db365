//! May this person see this page, and what the app is told about them.

use crate::{original::Original, signer::Signer};
use chrono::TimeDelta;
use countersign_engine::{
    id::{AccessLevel, PersonId, RequestId, ResourceId},
    time::Timestamp,
};
use http::{HeaderName, HeaderValue};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde::{Deserialize, Serialize};

/// An identity token is for the request it came with; this is for clocks that differ.
const LIFE: TimeDelta = TimeDelta::seconds(60);
/// The token's type.
const TYP: &str = "countersign-identity+jwt";

/// Who asks, as the app will see them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// The person.
    pub person: PersonId,
    /// Their address; may be empty.
    pub email: String,
}

/// A grant of that person that the store calls active.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// To what.
    pub resource: ResourceId,
    /// How much.
    pub access: AccessLevel,
    /// The access level's position, least first.
    pub rank: usize,
    /// The request that allowed it.
    pub request: RequestId,
    /// Until when.
    pub expires_at: Timestamp,
}

/// Let through: the grant that counts, and the signed words about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Admission {
    /// The highest access level that the person has now.
    pub held: Held,
    /// Who.
    pub holder: Holder,
    /// The signed identity.
    pub token: String,
}

/// What the identity token says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// Countersign's public URL.
    pub iss: String,
    /// The host that was asked for. An app takes no token that was made for another.
    pub aud: String,
    /// The person's id.
    pub sub: String,
    /// Their address.
    pub email: String,
    /// The resource.
    pub resource: String,
    /// The access level.
    pub access: String,
    /// The request that allowed it.
    pub request: String,
    /// The method of the request that this came with.
    pub method: String,
    /// When it was made, in seconds since 1970.
    pub iat: i64,
    /// From when on it is void: never later than the grant's end.
    pub exp: i64,
}

/// The decision. A grant whose time is over lets nobody through, even before it is revoked.
pub(crate) fn admit(
    signer: &Signer,
    issuer: &str,
    (original, resource): (&Original, &ResourceId),
    holder: Holder,
    held: &[Held],
    now: Timestamp,
) -> Option<Admission> {
    let open = held.iter().filter(|held| held.resource == *resource && now < held.expires_at);
    let held = open.max_by_key(|held| (held.rank, held.expires_at))?.clone();
    let claims = Claims {
        iss: issuer.to_owned(),
        aud: original.host.clone(),
        sub: holder.person.to_string(),
        email: holder.email.clone(),
        resource: resource.to_string(),
        access: held.access.to_string(),
        request: held.request.to_string(),
        method: original.method.to_string(),
        iat: now.timestamp(),
        exp: (now + LIFE).min(held.expires_at).timestamp(),
    };
    Some(Admission { token: signer.sign(TYP, &claims), held, holder })
}

impl Admission {
    /// For the app. All three are always there, so that what a visitor sent under these names is overwritten by every proxy.
    pub fn headers(&self) -> [(HeaderName, HeaderValue); 3] {
        [
            (HeaderName::from_static("x-countersign-user"), plain(self.holder.person.as_str())),
            (HeaderName::from_static("x-countersign-email"), plain(&self.holder.email)),
            (HeaderName::from_static("x-countersign-identity"), plain(&self.token)),
        ]
    }
}

/// Percent-encodes what a header cannot hold; ids and addresses hardly ever have any of it.
fn plain(text: &str) -> HeaderValue {
    const NOT_IN_HEADERS: &AsciiSet = &CONTROLS.add(b' ').add(b'%').add(b',').add(b'"');
    let text = utf8_percent_encode(text, NOT_IN_HEADERS).to_string();
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static("-"))
}
