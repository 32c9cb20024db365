//! The files name settings that there are, hold no secret, and agree with one another.

use super::{below, read, root, words};
use countersign::config::SETTINGS;

fn shipped() -> Vec<(String, String)> {
    let more = ["Dockerfile", "compose.yaml", "docs/OPERATIONS.md", "docs/UPGRADING.md"].map(|name| root().join(name));
    let short = |path: &std::path::Path| path.strip_prefix(root()).unwrap().display().to_string();
    below("deploy").into_iter().chain(more).map(|path| (short(&path), read(&short(&path)))).collect()
}

#[test]
fn settings_are_spelt_as_the_server_reads_them() {
    let mut seen = 0;
    for (file, text) in shipped() {
        for name in words(&text, "COUNTERSIGN_", |c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_') {
            let base = name.strip_suffix("_FILE").unwrap_or(&name);
            let known = SETTINGS.iter().any(|setting| setting.name == name || setting.name == base);
            assert!(known, "{file}: {name} is not a setting");
            seen += 1;
        }
    }
    assert!(seen >= 15, "only {seen} settings were found: is the check looking in the right place?");
}

#[test]
fn nothing_shipped_holds_a_secret() {
    for (file, text) in shipped() {
        for start in ["xoxb-", "xapp-", "whsec_", "whsk_", "-----BEGIN"] {
            for (at, _) in text.match_indices(start) {
                let rest = &text[at + start.len()..];
                let long = rest.chars().take_while(char::is_ascii_alphanumeric).count();
                assert!(long < 8, "{file}: is this a secret? {start}{}", &rest[..long]);
            }
        }
    }
}

/// The image is built with the toolchain that everybody else builds with.
#[test]
fn the_image_is_built_with_our_toolchain() {
    let toolchain = read("rust-toolchain.toml");
    let channel = toolchain.lines().find_map(|line| line.strip_prefix("channel = ")).unwrap().trim_matches('"');
    let dockerfile = read("Dockerfile");
    assert!(dockerfile.contains(&format!("RUSTUP_TOOLCHAIN={channel}\n")), "{channel}");
    assert!(dockerfile.contains(&format!("/rust:{channel}-")), "{channel}");
}

/// The server ends by itself well before anybody kills it (`END` in src/app.rs is 12 s).
#[test]
fn everybody_waits_longer_than_the_server_takes_to_end() {
    for (file, line) in [
        ("deploy/countersign.service", "TimeoutStopSec=30"),
        ("compose.yaml", "stop_grace_period: 30s"),
        ("deploy/kubernetes/replicas.yaml", "terminationGracePeriodSeconds: 40"),
        ("src/app.rs", "const END: Duration = Duration::from_secs(12);"),
    ] {
        assert!(read(file).contains(line), "{file}: {line}");
    }
}

/// THREATS E14: every crate comes from the one registry, locked, under a licence that we know, and the gate for that is run.
#[test]
fn abuse_e14_the_gate_for_dependencies_is_shut() {
    let (rules, gate, ci) = (read("deny.toml"), read(".ci/deny"), read(".ci/run") + &read(".ci/lib.sh"));
    for line in ["unknown-registry = \"deny\"", "unknown-git = \"deny\""] {
        assert!(rules.contains(line), "deny.toml: {line}");
    }
    assert!(gate.contains("check bans licenses sources") && gate.contains("--locked") && ci.contains(".ci/deny"));
    let lock = read("Cargo.lock");
    let (mut ours, mut locked) = (0, 0);
    for package in lock.split("[[package]]").skip(1) {
        match package.contains("source = ") {
            true => {
                let registry = package.contains("source = \"registry+https://github.com/rust-lang/crates.io-index\"");
                assert!(registry && package.contains("checksum = "), "{package}");
                locked += 1;
            }
            false => ours += 1,
        }
    }
    assert!(locked > 200 && ours < 30, "{locked} locked, {ours} ours");
}
