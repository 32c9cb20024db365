//! Where a webhook is sent: a URL, or the variable that holds it, and the private networks that it may reach.

use super::{
    super::section::{Section, Word, cut},
    Spot, variable,
};
use std::net::IpAddr;

/// Where a webhook is sent.
#[derive(Clone, Debug)]
pub struct Target {
    /// The URL, where the file has it.
    pub url: Option<String>,
    /// The variable that holds it, where it is a secret.
    pub url_env: Option<String>,
    /// Networks that are not public and that it may reach all the same: base address, leading bits.
    pub allow_private: Vec<(IpAddr, u8)>,
    /// Where it stands in the file.
    pub spot: Spot,
}

/// Reads `url`, `url_env` and `allow_private`. Exactly one of the first two must be there.
pub(super) fn read(section: &Section<'_>) -> Option<Target> {
    let (url, url_env) = (section.text("url"), variable(section, "url_env"));
    let has = (section.has("url"), section.has("url_env"));
    if has == (true, true) {
        let hint = "keep url_env if the address is a secret, url if it is none";
        section.report.problem(&section.at("url_env"), "there is a \"url\" too", hint);
    }
    if has == (false, false) {
        section.missing("url", "\"https://...\", or url_env = \"VARIABLE\" where the address is a secret");
    }
    let spot = Spot::of(section, &if has.0 { section.at("url") } else { section.at("url_env") });
    let words = section.words("allow_private");
    let allow_private = words.iter().filter_map(|word| network(section, word)).collect();
    (has.0 != has.1).then_some(Target { url: url.map(|word| word.text.to_owned()), url_env, allow_private, spot })
}

/// `10.1.0.0/16`, `fd00:1::/32`, or a single address.
fn network(section: &Section<'_>, word: &Word<'_>) -> Option<(IpAddr, u8)> {
    let (net, bits) = word.text.split_once('/').map_or((word.text, None), |(net, bits)| (net, Some(bits)));
    let net: Option<IpAddr> = net.parse().ok();
    let most = net.map_or(0, |net| if net.is_ipv4() { 32 } else { 128 });
    let bits = bits.map_or(Some(most), |bits| bits.parse::<u8>().ok().filter(|n| (1..=most).contains(n)));
    if net.is_none() || bits.is_none() {
        let what = format!("\"{}\" is not a network", cut(word.text));
        section.report.problem(
            &word.span,
            what,
            "write its address and leading bits: \"10.1.0.0/16\", \"fd00:1::/32\"",
        );
    }
    net.zip(bits)
}
