//! Whose word about the original request is taken (THREATS C19).

use crate::settings::Proxy;
use ipnet::IpNet;
use std::net::IpAddr;

/// Networks wider than this name no proxy but half the world, whatever they were meant to say.
const WIDEST_V4: u8 = 8;
const WIDEST_V6: u8 = 32;

impl TryFrom<String> for Proxy {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let text = text.trim();
        let net = text.parse::<IpNet>().or_else(|_| text.parse::<IpAddr>().map(IpNet::from)).map_err(|_| {
            format!("\"{text}\" is neither an address nor a network; hint: write \"10.0.0.5\" or \"10.0.0.0/24\"")
        })?;
        let widest = if matches!(net, IpNet::V4(_)) { WIDEST_V4 } else { WIDEST_V6 };
        if net.prefix_len() < widest {
            return Err(format!(
                "\"{text}\" would let nearly anybody say which page was asked for; hint: name the proxies' own addresses"
            ));
        }
        Ok(Self(net.trunc()))
    }
}

/// May this peer say what was asked for?
pub(crate) fn trusted(proxies: &[Proxy], peer: IpAddr) -> bool {
    let peer = peer.to_canonical();
    peer.is_loopback() || proxies.iter().any(|proxy| proxy.0.contains(&peer))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proxy(text: &str) -> Result<Proxy, String> {
        Proxy::try_from(text.to_owned())
    }

    #[test]
    fn abuse_c19_everybody_is_no_proxy() {
        for text in ["0.0.0.0/0", "::/0", "0.0.0.0/1", "128.0.0.0/1", "::/8", "10.0.0.0/7", "", "proxy", "10.0.0.1/33"]
        {
            assert!(proxy(text).is_err(), "{text}");
        }
        for text in ["10.0.0.5", "10.0.0.0/24", "10.1.2.3/8", "fd00:1::/64", "::1", " 192.0.2.1 "] {
            assert!(proxy(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn abuse_c19_only_named_peers_and_loopback_are_believed() {
        let proxies = [proxy("10.0.0.0/24").unwrap(), proxy("192.0.2.7").unwrap()];
        for peer in ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1", "10.0.0.200", "192.0.2.7", "::ffff:10.0.0.1"]
        {
            assert!(trusted(&proxies, peer.parse().unwrap()), "{peer}");
        }
        for peer in ["10.0.1.1", "192.0.2.8", "::ffff:192.0.2.8", "fe80::1", "0.0.0.0"] {
            assert!(!trusted(&proxies, peer.parse().unwrap()), "{peer}");
        }
    }
}
