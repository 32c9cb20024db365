//! The server that sends for us, from its address.

use lettre::transport::smtp::{
    authentication::Credentials,
    client::{Certificate, TlsParameters},
};
use std::net::IpAddr;
use url::Url;

/// Where to connect, and how. Its `Debug` shows no credentials.
#[derive(Clone)]
pub(crate) struct Relay {
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) security: Security,
    pub(crate) credentials: Option<Credentials>,
}

/// How the connection is kept private.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Security {
    /// STARTTLS (RFC 3207), insisted on: a server that does not offer it gets neither password nor mail.
    StartTls,
    /// TLS from the first byte (RFC 8314).
    Implicit,
    /// None: on this machine only, and only when the address says so.
    Clear,
}

impl std::fmt::Debug for Relay {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{self}, {:?}", self.security)
    }
}

impl std::fmt::Display for Relay {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.host, self.port)
    }
}

impl Relay {
    /// Reads `smtp://` and `smtps://` addresses. Errors say what is wrong and what would work, and never hold the address,
    /// which holds a password.
    pub(crate) fn parse(address: &str) -> Result<Self, String> {
        let url = Url::parse(address).map_err(|why| format!("is no address: {why}; {HINT}"))?;
        let (mut security, port) = match url.scheme() {
            "smtp" => (Security::StartTls, 587),
            "smtps" => (Security::Implicit, 465),
            _ => return Err(format!("begins with neither smtp:// nor smtps://; {HINT}")),
        };
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or_else(|| format!("names no host; {HINT}"))?;
        let host = host.trim_matches(['[', ']']).to_owned();
        if !matches!(url.path(), "" | "/") || url.fragment().is_some() {
            return Err(format!("has something after the port; {HINT}"));
        }
        match url.query() {
            None => {}
            Some("tls=none") if security == Security::StartTls && is_loopback(&host) => security = Security::Clear,
            Some("tls=none") => return Err(format!("would send in clear to another machine; {HINT}")),
            Some(_) => return Err(format!("has settings that nobody knows; {HINT}")),
        }
        let credentials = match (unescaped(url.username())?, url.password().map(unescaped).transpose()?) {
            (user, None) if user.is_empty() => None,
            (user, Some(password)) if !user.is_empty() && !password.is_empty() => {
                Some(Credentials::new(user, password))
            }
            _ => return Err(format!("has only one of user and password; {HINT}")),
        };
        Ok(Self { host, port: url.port().unwrap_or(port), security, credentials })
    }

    /// What TLS needs; `None` where there is none. Errors: the certificates are none.
    pub(crate) fn tls(&self, ca: Option<&[u8]>) -> Result<Option<TlsParameters>, String> {
        if self.security == Security::Clear {
            return Ok(None);
        }
        let mut builder = TlsParameters::builder(self.host.clone());
        if let Some(pem) = ca {
            let none = || "holds no certificates in PEM; hint: a file with -----BEGIN CERTIFICATE-----".to_owned();
            if !String::from_utf8_lossy(pem).contains("-----BEGIN CERTIFICATE-----") {
                return Err(none());
            }
            builder = builder.add_root_certificate(Certificate::from_pem(pem).map_err(|_| none())?);
        }
        builder.build_rustls().map(Some).map_err(|why| format!("cannot be used: {why}"))
    }
}

const HINT: &str = "hint: smtp://USER:PASSWORD@HOST:587 (STARTTLS), smtps://USER:PASSWORD@HOST:465 (TLS), or for a server \
                    on this machine smtp://127.0.0.1:25?tls=none; write special characters of the password as %40";

fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// Without its percent signs.
fn unescaped(text: &str) -> Result<String, String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        let digit = |b: Option<u8>| b.and_then(|b| char::from(b).to_digit(16));
        match byte {
            b'%' => match (digit(rest.next()), digit(rest.next())) {
                (Some(high), Some(low)) => bytes.extend(u8::try_from(high * 16 + low)),
                _ => return Err(format!("has a % that is none of its own; {HINT}")),
            },
            byte => bytes.push(byte),
        }
    }
    String::from_utf8(bytes).map_err(|_| format!("has a user or password that is no UTF-8; {HINT}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_every_kind() {
        for (address, host, port, security) in [
            ("smtp://mail.acme.com", "mail.acme.com", 587, Security::StartTls),
            ("smtp://u:p@mail.acme.com:2525/", "mail.acme.com", 2525, Security::StartTls),
            ("smtps://u:p@mail.acme.com", "mail.acme.com", 465, Security::Implicit),
            ("smtp://127.0.0.1:25?tls=none", "127.0.0.1", 25, Security::Clear),
            ("smtp://[::1]:25?tls=none", "::1", 25, Security::Clear),
        ] {
            let relay = Relay::parse(address).unwrap();
            assert_eq!((relay.host.as_str(), relay.port, relay.security), (host, port, security), "{address}");
        }
        let expected = Credentials::new("access@acme.com".into(), "p/w:%é".into());
        let relay = Relay::parse("smtp://access%40acme.com:p%2Fw%3A%25%C3%A9@mail.acme.com").unwrap();
        assert!(relay.credentials == Some(expected));
        assert!(!format!("{relay:?}").contains("p/w"));
    }

    /// Neither password nor mail crosses a network in clear, and no complaint repeats the password.
    #[test]
    fn what_is_refused_is_refused_with_a_hint() {
        for address in [
            "mail.acme.com",
            "https://mail.acme.com",
            "smtp://",
            "smtp://u:hunter2@mail.acme.com?tls=none",
            "smtp://u:hunter2@127.0.0.1.acme.com?tls=none",
            "smtps://u:hunter2@127.0.0.1?tls=none",
            "smtp://u:hunter2@mail.acme.com?tls=maybe",
            "smtp://u:hunter2@mail.acme.com/inbox",
            "smtp://u:hunter2@mail.acme.com#here",
            "smtp://u@mail.acme.com",
            "smtp://:hunter2@mail.acme.com",
            "smtp://u:hunter%zz@mail.acme.com",
            "smtp://u:hunter2%ff@mail.acme.com",
        ] {
            let why = Relay::parse(address).unwrap_err();
            assert!(why.contains("hint: smtp://USER") && !why.contains("hunter"), "{address}: {why}");
        }
    }
}
