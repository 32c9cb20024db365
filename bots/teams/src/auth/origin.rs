//! Where an activity says that it comes from, and which services we answer to.

use url::Url;

/// What an activity says about itself. Unchecked: any of it may be absent, or a lie.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// Where answers are to go.
    pub service_url: Option<String>,
    /// The channel: `msteams`.
    pub channel: Option<String>,
    /// The conversation's tenant.
    pub conversation_tenant: Option<String>,
    /// The tenant of the channel's own data.
    pub channel_tenant: Option<String>,
    /// The bot that it is for.
    pub recipient: Option<String>,
}

/// The services that our token may be sent to: Teams' own over TLS, and the configured one (THREATS D08).
pub struct Services {
    configured: Option<Url>,
}

impl Services {
    /// Microsoft's, and the one at this address.
    pub fn new(configured: &str) -> Self {
        Self { configured: Url::parse(configured).ok() }
    }

    /// Is this address one of theirs?
    pub fn allow(&self, url: &str) -> bool {
        let Ok(url) = Url::parse(url) else { return false };
        if !url.username().is_empty() || url.password().is_some() {
            return false;
        }
        let host = url.host_str().unwrap_or_default();
        let microsofts = host == "smba.trafficmanager.net" || host.ends_with(".botframework.com");
        let theirs = url.scheme() == "https" && url.port().is_none() && microsofts;
        theirs || self.configured.as_ref().is_some_and(|ours| ours.origin() == url.origin())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn abuse_d08_our_token_goes_to_teams_only() {
        let services = Services::new("http://127.0.0.1:4000/teams");
        for url in [
            "https://smba.trafficmanager.net/emea/",
            "https://europe.webchat.botframework.com/",
            "http://127.0.0.1:4000/other",
        ] {
            assert!(services.allow(url), "{url}");
        }
        for url in [
            "http://smba.trafficmanager.net/emea/",
            "https://smba.trafficmanager.net:8443/",
            "https://smba.trafficmanager.net.evil.example/",
            "https://smba.trafficmanager.net@evil.example/",
            "https://x:y@smba.trafficmanager.net/",
            "https://evilbotframework.com/",
            "https://botframework.com/",
            "http://127.0.0.1:4001/",
            "http://169.254.169.254/latest",
            "file:///etc/passwd",
            "",
        ] {
            assert!(!services.allow(url), "{url}");
        }
    }
}
