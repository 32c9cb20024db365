//! Where webhooks may go: no spelling of a closed address is taken, and none that is public is refused over https.
#![no_main]

use countersign_webhook::{Guard, Poster, SystemNames, is_public};
use libfuzzer_sys::fuzz_target;
use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    sync::Arc,
};

/// The rule again, by the standard library's words and the registries that it does not know.
fn closed(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    ip.is_private()
        || ip.is_loopback()
        || ip.is_link_local()
        || ip.is_multicast()
        || ip.is_broadcast()
        || ip.is_documentation()
        || a == 0
        || a >= 240
        || (a == 100 && (64..128).contains(&b))
        || (a == 198 && (18..20).contains(&b))
        || (a == 192 && ((b == 0 && c == 0) || (b == 88 && c == 99) || (b == 31 && c == 196)))
        || ip == Ipv4Addr::new(168, 63, 129, 16)
}

fuzz_target!(|input: (u32, u128, &str)| {
    let (v4, v6, url) = input;
    let ip = Ipv4Addr::from_bits(v4);
    assert_eq!(is_public(IpAddr::V4(ip)), !closed(ip), "{ip}");
    assert_eq!(is_public(IpAddr::V6(ip.to_ipv6_mapped())), !closed(ip), "{ip} in IPv6");
    let wide = Ipv6Addr::from_bits(v6);
    let inside = wide.is_loopback()
        || wide.is_unspecified()
        || wide.is_multicast()
        || wide.is_unique_local()
        || wide.is_unicast_link_local();
    assert!(!(inside && is_public(IpAddr::V6(wide))), "{wide}");
    let guard = Guard::default();
    for address in [IpAddr::V4(ip), IpAddr::V6(wide)] {
        assert_eq!(guard.admits(address, true).is_ok(), is_public(address));
        assert!(guard.admits(address, false).is_err(), "plain http goes to named networks only");
        assert!(Guard::allowing([(address, 128)]).admits(address, false).is_ok(), "a network that is named is open");
    }
    // Building a client costs more than all of the above: only where there is a host to judge.
    let parsed = url::Url::parse(url.trim());
    let Ok(host) = parsed.as_ref().map(|url| url.host_str().unwrap_or_default().to_owned()) else { return };
    let Ok(poster) = Poster::new(url, Guard::default(), Arc::new(SystemNames)) else { return };
    assert_eq!(poster.host(), host);
    let parsed = parsed.expect("a URL");
    assert!(parsed.scheme() == "https" && parsed.username().is_empty() && parsed.password().is_none());
    if let Ok(address) = host.trim_matches(['[', ']']).parse::<IpAddr>() {
        assert!(is_public(address), "{url}");
    }
});
