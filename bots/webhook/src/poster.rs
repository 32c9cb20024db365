//! Posts to one address, and to nothing else.

use crate::{Guard, Names};
use chrono::DateTime;
use countersign_engine::words;
use reqwest::{
    Client, Response, Url,
    dns::{Addrs, Name, Resolve, Resolving},
    header::{CONTENT_TYPE, DATE, HeaderMap, RETRY_AFTER},
    redirect,
};
use std::{
    fmt,
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};

/// How long an attempt may take in all. The specification recommends 15 to 30 s.
const PATIENCE: Duration = Duration::from_secs(15);
/// How long a connection may take to stand.
const CONNECT: Duration = Duration::from_secs(5);
/// Bytes of an answer that are read; what comes after them is not waited for.
const EXCERPT: usize = 4 * 1024;

/// Posts to one URL. Names are looked up for each connection, every address is judged, and the connection goes to one of
/// those that were judged: an answer that changes later changes nothing (DNS rebinding). Redirects are not followed.
pub struct Poster {
    url: Url,
    client: Client,
}

/// What the other side said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// The beginning of the body, on one line.
    pub excerpt: String,
    /// Its word on when to come again.
    pub retry_after: Option<Duration>,
}

/// The other side said nothing. Never holds the URL, which may be a secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Undelivered {
    /// The name leads to where a webhook must not go; nothing was sent.
    #[error("not sent: {0}")]
    Forbidden(String),
    /// No answer came; what was sent may have arrived.
    #[error("{0}")]
    Failed(String),
}

/// Why an address cannot be posted to.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what}")]
pub struct BadUrl {
    /// What is wrong.
    pub what: String,
    /// What would work.
    pub hint: String,
}

impl Poster {
    /// For this URL. Nothing is looked up yet.
    ///
    /// # Errors
    /// The URL is none, is neither http nor https, holds a password, or names an address that `guard` does not admit.
    pub fn new(url: &str, guard: Guard, names: Arc<dyn Names>) -> Result<Self, BadUrl> {
        let url = judge(url, &guard)?;
        let https = url.scheme() == "https";
        let client = Client::builder()
            .redirect(redirect::Policy::none())
            .no_proxy()
            .dns_resolver(Arc::new(Judged { guard, https, names }))
            .timeout(PATIENCE)
            .connect_timeout(CONNECT)
            .user_agent(concat!("Countersign/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|e| bad(format!("no client could be made: {e}"), "this build has no working TLS"))?;
        Ok(Self { url, client })
    }

    /// The host, for people: the rest of a URL may be a secret.
    pub fn host(&self) -> &str {
        self.url.host_str().unwrap_or_default()
    }

    /// Posts once. An answer is a [`Reply`] whatever its status.
    pub async fn post(&self, headers: &[(&'static str, String)], body: Vec<u8>) -> Result<Reply, Undelivered> {
        self.post_to(self.url.clone(), headers, body).await
    }

    /// The same, with further parameters in the query.
    pub(crate) async fn post_with(&self, query: &[(&str, &str)], body: Vec<u8>) -> Result<Reply, Undelivered> {
        let mut url = self.url.clone();
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        self.post_to(url, &[("content-type", "application/json; charset=utf-8".into())], body).await
    }

    async fn post_to(&self, url: Url, headers: &[(&'static str, String)], body: Vec<u8>) -> Result<Reply, Undelivered> {
        let mut request = self.client.post(url).body(body);
        if !headers.iter().any(|(name, _)| *name == CONTENT_TYPE.as_str()) {
            request = request.header(CONTENT_TYPE, "application/json");
        }
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        let response = request.send().await.map_err(undelivered)?;
        let (status, retry_after) = (response.status().as_u16(), retry_after(response.headers()));
        let excerpt = discreet(excerpt(response).await, &self.url);
        Ok(Reply { status, retry_after, excerpt })
    }
}

/// What somebody said, without the parts of our address that could be a secret: a receiver may tell back where it was called,
/// and an excerpt is kept and shown (THREATS E07).
fn discreet(said: String, url: &Url) -> String {
    /// Shorter ones are words, such as `hooks`.
    const SECRET: usize = 8;
    let segments = url.path().split('/').chain(url.query().into_iter().flat_map(|query| query.split(['&', '='])));
    segments.filter(|part| part.len() >= SECRET).fold(said, |said, part| said.replace(part, "[address]"))
}

fn bad(what: impl Into<String>, hint: impl Into<String>) -> BadUrl {
    BadUrl { what: what.into(), hint: hint.into() }
}

fn judge(text: &str, guard: &Guard) -> Result<Url, BadUrl> {
    const FORM: &str = "write a whole address, such as https://hooks.example.com/countersign";
    let url = Url::parse(text.trim()).map_err(|e| bad(format!("this is not a URL: {e}"), FORM))?;
    let https = match url.scheme() {
        "https" => true,
        "http" => false,
        _ => return Err(bad("only https can be posted to", FORM)),
    };
    if !url.username().is_empty() || url.password().is_some() {
        return Err(bad("a URL with a name or password in it", "leave them out; a webhook is signed instead"));
    }
    let host = url.host_str().filter(|host| !host.is_empty()).ok_or_else(|| bad("the URL names no host", FORM))?;
    // Names are judged once they are looked up; an address in the URL is not looked up at all.
    if let Ok(address) = host.trim_matches(['[', ']']).parse::<IpAddr>() {
        let hint = "name its network: allow_private = [\"10.1.0.0/16\"]";
        guard.admits(address, https).map_err(|why| bad(why, hint))?;
    } else if !https && guard.is_closed() {
        let hint = "write https://, or name the receiver's network: allow_private = [\"10.1.0.0/16\"]";
        return Err(bad("plain http only goes to networks of allow_private", hint));
    }
    Ok(url)
}

/// Looks names up and judges every address that comes back, before any connection.
struct Judged {
    guard: Guard,
    https: bool,
    names: Arc<dyn Names>,
}

/// An address that must not be connected to; found again in the chain of causes.
#[derive(Debug)]
struct NotAdmitted(String);

impl fmt::Display for NotAdmitted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
impl std::error::Error for NotAdmitted {}

impl Resolve for Judged {
    fn resolve(&self, name: Name) -> Resolving {
        let (guard, https, names) = (self.guard.clone(), self.https, self.names.clone());
        Box::pin(async move {
            let found = names.look_up(name.as_str()).await?;
            for address in &found {
                guard.admits(*address, https).map_err(NotAdmitted)?;
            }
            Ok(Box::new(found.into_iter().map(|ip| SocketAddr::new(ip, 0))) as Addrs)
        })
    }
}

fn undelivered(error: reqwest::Error) -> Undelivered {
    let error = error.without_url();
    let mut causes: Vec<&(dyn std::error::Error + 'static)> = vec![&error];
    while let Some(cause) = causes.last().and_then(|last| last.source()) {
        causes.push(cause);
    }
    if let Some(why) = causes.iter().find_map(|cause| cause.downcast_ref::<NotAdmitted>()) {
        return Undelivered::Forbidden(why.0.clone());
    }
    if error.is_timeout() {
        return Undelivered::Failed(format!("no answer within {} s", PATIENCE.as_secs()));
    }
    // The last cause says what happened; those before it say where.
    let what = causes.last().map_or_else(|| error.to_string(), ToString::to_string);
    let what = words::cut(&words::clean(&what), 300);
    Undelivered::Failed(if error.is_connect() { format!("no connection: {what}") } else { what })
}

/// Seconds, or a moment (RFC 9110, 10.2.3), which is measured on the sender's own clock.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let moment = |text: &str| DateTime::parse_from_rfc2822(text).ok();
    let now = moment(headers.get(DATE)?.to_str().ok()?)?;
    (moment(text)? - now).to_std().ok()
}

async fn excerpt(mut response: Response) -> String {
    let mut bytes = Vec::new();
    while let Ok(Some(chunk)) = response.chunk().await {
        bytes.extend(chunk.iter().take(EXCERPT - bytes.len()));
        if bytes.len() >= EXCERPT {
            break;
        }
    }
    words::clean(&String::from_utf8_lossy(&bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn abuse_e07_an_excerpt_does_not_tell_our_address() {
        let url = Url::parse("https://hooks.example.com/services/T0SECRETSECRET/?key=anothersecret&a=b").unwrap();
        let said = "404 POST /services/T0SECRETSECRET/?key=anothersecret&a=b from hooks.example.com".to_owned();
        assert_eq!(discreet(said, &url), "404 POST /[address]/[address]/?key=[address]&a=b from hooks.example.com");
    }
}
