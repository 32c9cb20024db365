//! What was asked for, as a proxy tells it.
//!
//! A visitor can send any of these headers too, and a proxy passes on what it does not overwrite. So whatever is told twice
//! must be told alike, and what is told in a way that no proxy tells it is refused (THREATS C19; compare CVE-2026-40575).

use crate::hosts::canonical;
use http::{HeaderMap, Method, Uri};

/// The request that a visitor made to the proxy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Original {
    /// `https` or `http`.
    pub scheme: String,
    /// The host in canonical form: what decides.
    pub host: String,
    /// The host as it was sent, with its port: for going back there.
    pub authority: String,
    /// Path and query.
    pub uri: String,
    /// The method.
    pub method: Method,
    /// How it was told.
    pub family: Family,
}

/// Two ways of telling.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// `X-Original-URL`, or `X-Original-URI` and `Host`: nginx. It takes 401 and 403 as a no, and nothing else.
    Original,
    /// `X-Forwarded-Host`, `-Proto`, `-Uri`, `-Method`: Caddy and Traefik. They hand our whole answer to the visitor.
    Forwarded,
}

impl Original {
    /// Errors: why these headers cannot be believed, for an operator.
    pub fn read(headers: &HeaderMap) -> Result<Self, String> {
        let told = Told::read(headers)?;
        let (authority, family) = told.authority()?;
        let host = canonical(&authority).ok_or_else(|| format!("{authority:?} is no host"))?;
        let scheme = told.agreed("scheme", [told.url_part(Uri::scheme_str), told.forwarded_proto.as_deref()])?;
        let scheme = scheme.unwrap_or("http").to_ascii_lowercase();
        if !matches!(scheme.as_str(), "http" | "https") {
            return Err(format!("the scheme {scheme:?} is neither http nor https"));
        }
        let by_url = told.url.as_ref().map(|url| url.path_and_query().map_or("/", |p| p.as_str()));
        let uri =
            told.agreed("path", [by_url, told.original_uri.as_deref(), told.forwarded_uri.as_deref()])?.unwrap_or("/");
        if !uri.starts_with('/') || uri.parse::<Uri>().is_err() {
            return Err("the original path makes no sense".to_owned());
        }
        let method = told.agreed("method", [told.original_method.as_deref(), told.forwarded_method.as_deref()])?;
        let method = method.unwrap_or("GET").parse().map_err(|_| "the original method makes no sense".to_owned())?;
        let uri = uri.to_owned();
        Ok(Self { scheme, host, authority, uri, method, family })
    }

    /// The page's whole address.
    pub fn url(&self) -> String {
        format!("{}://{}{}", self.scheme, self.authority, self.uri)
    }
}

/// The headers, each at most once.
struct Told {
    url: Option<Uri>,
    original_uri: Option<String>,
    original_method: Option<String>,
    host: Option<String>,
    forwarded_host: Option<String>,
    forwarded_proto: Option<String>,
    forwarded_uri: Option<String>,
    forwarded_method: Option<String>,
}

impl Told {
    fn read(headers: &HeaderMap) -> Result<Self, String> {
        let url = once(headers, "x-original-url")?;
        let url = url.map(|text| text.parse::<Uri>()).transpose().map_err(|_| "X-Original-URL is no URL".to_owned())?;
        if url.as_ref().is_some_and(|url| url.scheme().is_none() || url.authority().is_none()) {
            return Err("X-Original-URL must be a whole URL: $scheme://$http_host$request_uri".to_owned());
        }
        Ok(Self {
            url,
            original_uri: once(headers, "x-original-uri")?,
            original_method: once(headers, "x-original-method")?,
            host: once(headers, "host")?,
            forwarded_host: once(headers, "x-forwarded-host")?,
            forwarded_proto: once(headers, "x-forwarded-proto")?,
            forwarded_uri: once(headers, "x-forwarded-uri")?,
            forwarded_method: once(headers, "x-forwarded-method")?,
        })
    }

    fn url_part<'a>(&'a self, part: fn(&'a Uri) -> Option<&'a str>) -> Option<&'a str> {
        self.url.as_ref().and_then(part)
    }

    /// `Host` counts only beside `X-Original-URI`: Traefik puts our own there.
    fn authority(&self) -> Result<(String, Family), String> {
        let url = self.url.as_ref().and_then(Uri::authority).map(|a| a.as_str());
        let host = self.original_uri.as_ref().filter(|_| self.url.is_none()).and(self.host.as_deref());
        let forwarded = self.forwarded_host.as_deref();
        let told: Vec<&str> = [url, host, forwarded].into_iter().flatten().collect();
        let Some(first) = told.first() else {
            let hint = "hint: the proxy must send X-Original-URL (nginx) or X-Forwarded-Host (Caddy, Traefik)";
            return Err(format!("nothing says which page was asked for; {hint}"));
        };
        if told.iter().any(|other| canonical(other) != canonical(first)) {
            return Err(conflict("host"));
        }
        let family = if url.or(host).is_some() && !self.is_forwarded() { Family::Original } else { Family::Forwarded };
        Ok(((*first).to_owned(), family))
    }

    /// Only a proxy of that family says the method of the original request in this header.
    fn is_forwarded(&self) -> bool {
        self.forwarded_host.is_some() && self.forwarded_method.is_some()
    }

    fn agreed<'a, const N: usize>(&self, what: &str, told: [Option<&'a str>; N]) -> Result<Option<&'a str>, String> {
        let mut told = told.into_iter().flatten();
        let first = told.next();
        if told.any(|other| Some(other) != first) { Err(conflict(what)) } else { Ok(first) }
    }
}

fn conflict(what: &str) -> String {
    format!(
        "two headers name a different {what}; hint: the proxy must clear the X-Original-* or X-Forwarded-* headers that it does not set"
    )
}

fn once(headers: &HeaderMap, name: &str) -> Result<Option<String>, String> {
    let mut values = headers.get_all(name).iter();
    let Some(value) = values.next() else { return Ok(None) };
    let text = value.to_str().map_err(|_| format!("{name} is not plain text"))?.trim();
    // Only addresses may hold a comma of their own.
    let is_address = name.ends_with("-uri") || name.ends_with("-url");
    if values.next().is_some() || (text.contains(',') && !is_address) {
        return Err(format!("{name} is there more than once; hint: the proxy must set it, not add to it"));
    }
    Ok(Some(text.to_owned()).filter(|text| !text.is_empty()))
}
