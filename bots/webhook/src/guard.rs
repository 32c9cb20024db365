//! Which addresses a webhook may be sent to (THREATS D08): a URL is chosen by whoever writes the policy, but the name in it
//! is answered by somebody's name server, and inside our network there are things that answer without asking who we are.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Networks that a webhook never reaches unless it is allowed: the registries of special-purpose addresses (IANA, RFC
/// 6890), multicast, and the addresses at which cloud machines ask about themselves.
const CLOSED_V4: [(Ipv4Addr, u8); 17] = [
    (Ipv4Addr::new(0, 0, 0, 0), 8),
    (Ipv4Addr::new(10, 0, 0, 0), 8),
    (Ipv4Addr::new(100, 64, 0, 0), 10),
    (Ipv4Addr::new(127, 0, 0, 0), 8),
    (Ipv4Addr::new(168, 63, 129, 16), 32),
    (Ipv4Addr::new(169, 254, 0, 0), 16),
    (Ipv4Addr::new(172, 16, 0, 0), 12),
    (Ipv4Addr::new(192, 0, 0, 0), 24),
    (Ipv4Addr::new(192, 0, 2, 0), 24),
    (Ipv4Addr::new(192, 31, 196, 0), 24),
    (Ipv4Addr::new(192, 88, 99, 0), 24),
    (Ipv4Addr::new(192, 168, 0, 0), 16),
    (Ipv4Addr::new(198, 18, 0, 0), 15),
    (Ipv4Addr::new(198, 51, 100, 0), 24),
    (Ipv4Addr::new(203, 0, 113, 0), 24),
    (Ipv4Addr::new(224, 0, 0, 0), 4),
    (Ipv4Addr::new(240, 0, 0, 0), 4),
];

/// What is closed within `2000::/3`, outside of which no IPv6 address is public: protocol assignments with Teredo and
/// ORCHID, documentation, 6to4.
const CLOSED_V6: [(Ipv6Addr, u8); 4] = [
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23),
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32),
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16),
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20),
];

/// Is this an address that anybody on the internet could reach? An IPv6 form of an IPv4 address counts as that address.
pub fn is_public(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(ip) => !CLOSED_V4.iter().any(|(net, bits)| holds(IpAddr::V4(*net), *bits, IpAddr::V4(ip))),
        IpAddr::V6(ip) => {
            let global = holds(IpAddr::V6(Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0)), 3, IpAddr::V6(ip));
            global && !CLOSED_V6.iter().any(|(net, bits)| holds(IpAddr::V6(*net), *bits, IpAddr::V6(ip)))
        }
    }
}

/// Is `ip` in the network of `bits` leading bits of `net`?
fn holds(net: IpAddr, bits: u8, ip: IpAddr) -> bool {
    let same = |a: u128, b: u128, width: u32| {
        let rest = width - u32::from(bits).min(width);
        a.checked_shr(rest).unwrap_or(0) == b.checked_shr(rest).unwrap_or(0)
    };
    match (net, ip) {
        (IpAddr::V4(net), IpAddr::V4(ip)) => same(net.to_bits().into(), ip.to_bits().into(), 32),
        (IpAddr::V6(net), IpAddr::V6(ip)) => same(net.to_bits(), ip.to_bits(), 128),
        _ => false,
    }
}

/// What one webhook may connect to: public addresses, and the networks that the policy names for it.
#[derive(Clone, Debug, Default)]
pub struct Guard {
    allowed: Vec<(IpAddr, u8)>,
}

impl Guard {
    /// Public addresses, and these networks: a base address and how many of its leading bits count.
    pub fn allowing(networks: impl IntoIterator<Item = (IpAddr, u8)>) -> Self {
        Self { allowed: networks.into_iter().map(|(net, bits)| (net.to_canonical(), bits)).collect() }
    }

    /// Only public addresses?
    pub(crate) fn is_closed(&self) -> bool {
        self.allowed.is_empty()
    }

    /// May we connect to this address? Plain http only goes to the named networks. Errors: why not, in words.
    pub fn admits(&self, address: IpAddr, https: bool) -> Result<(), String> {
        let address = address.to_canonical();
        if self.allowed.iter().any(|(net, bits)| holds(*net, *bits, address)) {
            return Ok(());
        }
        match (https, is_public(address)) {
            (true, true) => Ok(()),
            (_, false) => {
                Err(format!("{address} is not a public address, and allow_private does not name its network"))
            }
            (false, true) => Err(format!("{address} is public, and plain http only goes to networks of allow_private")),
        }
    }
}
