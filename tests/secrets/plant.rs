//! What is planted, and where.

use countersign_kit::{discord, slack, teams, telegram};

/// A canary for each setting that is read as a secret. Where a fake of the kit knows its own, that one is unmistakable too.
pub const SETTINGS: [(&str, &str); 9] = [
    ("DATABASE_URL", "canary-database-41f0c7"),
    ("SLACK_BOT_TOKEN", slack::BOT_TOKEN),
    ("SLACK_APP_TOKEN", slack::APP_TOKEN),
    ("SLACK_SIGNING_SECRET", slack::SIGNING_SECRET),
    ("DISCORD_BOT_TOKEN", discord::BOT_TOKEN),
    ("TELEGRAM_BOT_TOKEN", telegram::TOKEN),
    ("TELEGRAM_WEBHOOK_SECRET", "canary-telegram-webhook-0123456789abcdef"),
    ("TEAMS_APP_PASSWORD", teams::PASSWORD),
    ("SMTP_URL", "canary-smtp-password-6610fe"),
];

/// Settings that anybody may know.
pub const OPEN: [&str; 21] = [
    "COUNTERSIGN_LISTEN",
    "COUNTERSIGN_PUBLIC_URL",
    "COUNTERSIGN_POLICY",
    "COUNTERSIGN_KEY_FILE",
    "COUNTERSIGN_CHECKPOINTS",
    "COUNTERSIGN_INSTANCE_FILE",
    "COUNTERSIGN_LOG",
    "COUNTERSIGN_LOG_FORMAT",
    "SLACK_API_URL",
    "DISCORD_APPLICATION_ID",
    "DISCORD_PUBLIC_KEY",
    "DISCORD_GATEWAY",
    "DISCORD_API_URL",
    "TELEGRAM_API_URL",
    "TEAMS_APP_ID",
    "TEAMS_TENANT_ID",
    "TEAMS_LOGIN_URL",
    "TEAMS_OPENID_URL",
    "TEAMS_SERVICE_URL",
    "EMAIL_FROM",
    "SMTP_CA_FILE",
];

/// The key file's two halves: 32 bytes each.
pub const KEYS: [&str; 2] = ["canary-signing-seed-of-32-bytes!", "canary-vault-key-with-32-bytes!!"];

/// The variables that the policy names.
pub const VARIABLES: [(&str, &str); 6] = [
    ("AUDIT_SECRET", "whsec_Y2FuYXJ5LWF1ZGl0LXdlYmhvb2sta2V5LTAwMDE="),
    ("AUDIT_OLD_SECRET", "whsec_Y2FuYXJ5LWF1ZGl0LXdlYmhvb2sta2V5LTAwMDI="),
    ("CI_SECRET", "whsec_Y2FuYXJ5LWNpLWhvb2sta2V5LTAwMDAwMDAwMDM="),
    ("ALERTS_URL", "canary-webhook-address-93bd"),
    ("OPS_CHAT_URL", "canary-chat-address-e50c"),
    ("DB_PASSWORD", "canary-connector-password-2b7e"),
];

/// The demo organisation with its accounts, webhooks to `receiver`, a hook, and a database that nobody answers at.
pub fn policy(receiver: &str) -> String {
    let peers = include_str!("../kit/peers.policy.toml").replace(
        "[[workflows]]\nid = \"web-apps\"",
        "[[workflows]]\nid = \"vault\"\npriority = \"critical\"\nmatch = { resources = [\"billing-db\"] }\nsteps = [{ name = \"Lead\", \
         approvers = [\"level >= team-lead\"] }]\nnotify = { webhook = [\"ops\"] }\n\n[[workflows]]\nid = \"web-apps\"",
    );
    format!(
        r#"{peers}

[webhooks.audit]
url = "{receiver}/audit"
secret_env = "AUDIT_SECRET"
previous_secret_env = "AUDIT_OLD_SECRET"
allow_private = ["127.0.0.1"]

[webhooks.alerts]
url_env = "ALERTS_URL"
secret_env = "AUDIT_SECRET"
allow_private = ["127.0.0.1"]

[hooks.ci]
secret_env = "CI_SECRET"
person = "lisa"
action = "vote"
request = "/request"
decision = "approve"

[chat_webhooks.ops]
kind = "mattermost"
url_env = "OPS_CHAT_URL"
allow_private = ["127.0.0.1"]

[connectors.billing]
kind = "postgres"
host = "127.0.0.1"
port = 1
database = "app"
admin_user = "countersign"
password_env = "DB_PASSWORD"
reassign_to = "countersign_leftovers"
tls = "disable"

[[resources]]
id = "billing-db"
kind = "database"
connector = "billing"
access = ["read-only"]
default_access = "read-only"
max_duration = "4h"
target = {{ roles = {{ read-only = ["pg_read_all_data"] }} }}
"#
    )
}
