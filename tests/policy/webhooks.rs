//! `[webhooks]`, `[hooks]` and `[chat_webhooks]`, and every mistake in them.

use super::{SMALL, load};
use std::fmt::Write;

const GOOD: &str = r#"
[webhooks.audit]
url = "https://audit.example.com/hook"
secret_env = "AUDIT_SECRET"
previous_secret_env = "AUDIT_OLD"
signature = "both"
format = "cloudevents"
events = ["request.*", "grant.ended"]
resources = ["prod-*"]
workflows = ["prod"]
allow_private = ["10.1.0.0/16", "fd00::1"]

[hooks.ci]
secret_env = "CI_SECRET"
person = "bob"
action = "vote"
request = "/pull/req"
decision = { at = "/status", approve = ["success"], deny = ["failure"] }
note = "CI: {/run/url}"
step = "/step"

[hooks.tracker]
secret_env = "TRACKER_SECRET"
person = "ann"
action = "request"
resource = "prod-db"
duration = "/hours"
reason = "/title"

[chat_webhooks.ops]
kind = "mattermost"
url_env = "OPS_URL"
"#;

#[test]
fn a_file_with_webhooks_is_sound() {
    let loaded = load(&format!("{SMALL}{GOOD}")).unwrap_or_else(|problems| panic!("{problems}"));
    let found = &loaded.webhooks;
    assert_eq!((found.outbound.len(), found.inbound.len(), found.chat.len()), (1, 2, 1));
    assert_eq!(found.outbound[0].target.allow_private[1], ("fd00::1".parse().unwrap(), 128));
    let kinds: Vec<&str> = countersign_webhook::Kind::ALL.iter().map(|(_, key)| *key).collect();
    for kind in kinds {
        let text = format!("{SMALL}{}", GOOD.replace("mattermost", kind));
        assert!(load(&text).is_ok(), "the adapter and the policy file know the same kinds: {kind}");
    }
}

/// rules 6 and 45
#[test]
fn every_mistake_is_said_at_its_line() {
    let mut all = String::new();
    for (what, good, bad) in [
        ("no address", "url = \"https://audit.example.com/hook\"\n", ""),
        ("two addresses", "signature = \"both\"", "url_env = \"X\""),
        ("no secret", "secret_env = \"AUDIT_SECRET\"\n", ""),
        ("a secret in the file", "secret_env = \"AUDIT_SECRET\"", "secret = \"whsec_hunter2\""),
        ("a variable that is none", "\"AUDIT_SECRET\"", "\"whsec_abc\""),
        ("an unknown signature", "\"both\"", "\"rsa\""),
        ("an unknown format", "\"cloudevents\"", "\"xml\""),
        ("an unknown event", "\"grant.ended\"", "\"grant.endet\""),
        ("a bad pattern", "\"request.*\"", "\"request.[\""),
        ("no events", "[\"request.*\", \"grant.ended\"]", "[]"),
        ("an unknown resource", "[\"prod-*\"]", "[\"stage-*\"]"),
        ("an unknown workflow", "workflows = [\"prod\"]", "workflows = [\"prood\"]"),
        ("a network that is none", "10.1.0.0/16", "10.1.0.0/33"),
        ("a person nobody knows", "person = \"bob\"", "person = \"rob\""),
        ("an unknown action", "action = \"vote\"", "action = \"approve\""),
        ("no request", "request = \"/pull/req\"\n", ""),
        ("a pointer that is none", "\"/pull/req\"", "\"/pull~2\""),
        ("an open brace", "\"CI: {/run/url}\"", "\"CI: {/run/url\""),
        ("no decision", "decision = { at = \"/status\", approve = [\"success\"], deny = [\"failure\"] }\n", ""),
        (
            "a decision that is none",
            "decision = { at = \"/status\", approve = [\"success\"], deny = [\"failure\"] }",
            "decision = true",
        ),
        ("yes and no", "deny = [\"failure\"]", "deny = [\"success\"]"),
        ("neither", "approve = [\"success\"], deny = [\"failure\"]", "approve = []"),
        ("a vote's key in a request", "resource = \"prod-db\"", "decision = \"approve\""),
        ("no duration", "duration = \"/hours\"\n", ""),
        ("an unknown kind", "\"mattermost\"", "\"mattermoist\""),
        ("a name that cannot be one", "[hooks.ci]", "[hooks.CI]"),
        ("an unknown key", "url_env = \"OPS_URL\"", "url_env = \"OPS_URL\"\nchannel = \"ops\""),
    ] {
        assert!(GOOD.contains(good), "{what}: {good:?} is not in the file");
        let problems = load(&format!("{SMALL}{}", GOOD.replacen(good, bad, 1))).err();
        let problems = problems.unwrap_or_else(|| panic!("{what}: nobody minds"));
        assert!(problems.0.iter().all(|problem| !problem.hint.is_empty()), "{what}: {problems}");
        writeln!(all, "-- {what}\n{problems}\n").unwrap();
    }
    assert!(!all.contains("hunter2"), "a secret is never repeated");
    insta::assert_snapshot!(all);
}
