//! How a person who signed in on the console is recognised on an app's host, without the console's cookie going there.
//!
//! A cookie belongs to one host. One for a whole domain would hand the console's session to every app below it, and one
//! broken app could then vote in everybody's name. So the console gives the browser a pass that names one host, good for
//! 30 seconds; on that host it is turned into a cookie that opens that host and nothing else, for as long as the console's
//! session lives.

use crate::{original::Original, signer::Signer};
use chrono::TimeDelta;
use countersign_engine::{id::PersonId, time::Timestamp};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::{Deserialize, Serialize};

const PASS_LIFE: TimeDelta = TimeDelta::seconds(30);
/// As long as a console session can last.
const COOKIE_LIFE: TimeDelta = TimeDelta::hours(8);
const PASS: &str = "countersign-pass+jwt";
const COOKIE: &str = "countersign-app+jwt";

/// Says that the bearer is signed in as this person, on one host.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pass {
    /// The host in canonical form.
    pub aud: String,
    /// The person.
    pub sub: PersonId,
    /// SHA-256 of the console's session: enough to look whether it lives, useless for signing in.
    pub sid: String,
    /// From when on it is void, in seconds since 1970.
    pub exp: i64,
}

/// Where a browser goes with a pass.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Landing {
    /// The whole address on the app's host.
    pub url: String,
}

impl Pass {
    pub(crate) fn hand_off(
        signer: &Signer,
        to: &Original,
        person: &PersonId,
        session: &str,
        now: Timestamp,
    ) -> Landing {
        let exp = (now + PASS_LIFE).timestamp();
        let pass = Self { aud: to.host.clone(), sub: person.clone(), sid: session.to_owned(), exp };
        let (pass, page) = (signer.sign(PASS, &pass), utf8_percent_encode(&to.uri, NON_ALPHANUMERIC));
        Landing { url: format!("{}://{}/.countersign/enter?pass={pass}&to={page}", to.scheme, to.authority) }
    }
    /// The cookie's value for a pass that holds here and now.
    pub(crate) fn redeem(signer: &Signer, pass: &str, host: &str, now: Timestamp) -> Option<String> {
        let pass: Self = signer.verify(PASS, pass)?;
        pass.holds(host, now).then(|| signer.sign(COOKIE, &Self { exp: (now + COOKIE_LIFE).timestamp(), ..pass }))
    }
    /// What a cookie says, when it holds here and now.
    pub(crate) fn of_cookie(signer: &Signer, cookie: &str, host: &str, now: Timestamp) -> Option<Self> {
        signer.verify::<Self>(COOKIE, cookie).filter(|pass| pass.holds(host, now))
    }
    fn holds(&self, host: &str, now: Timestamp) -> bool {
        self.aud == host && now.timestamp() < self.exp
    }
}
