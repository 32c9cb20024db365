//! The one table of server settings. It drives the reading, the nearest names in messages, and `.env.example`.

/// One setting.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    /// The environment variable.
    pub name: &'static str,
    /// Its value when it is unset or empty; empty when it has none.
    pub default: &'static str,
    /// One line for the operator.
    pub comment: &'static str,
}

const fn setting(name: &'static str, default: &'static str, comment: &'static str) -> Setting {
    Setting { name, default, comment }
}

pub(super) const LISTEN: Setting =
    setting("COUNTERSIGN_LISTEN", "127.0.0.1:8080", "The address and port that the server listens on.");
pub(super) const PUBLIC_URL: Setting = setting(
    "COUNTERSIGN_PUBLIC_URL",
    "",
    "Where people reach the console; links on cards point there. Empty: http:// and the address above.",
);
pub(super) const POLICY: Setting =
    setting("COUNTERSIGN_POLICY", "policy.toml", "The policy file: people, resources and workflows.");
pub(super) const DATABASE: Setting = setting(
    "DATABASE_URL",
    "sqlite://countersign.db",
    "The database: sqlite://FILE, or postgres://USER:PASSWORD@HOST/NAME for several replicas.",
);
pub(super) const KEY_FILE: Setting = setting(
    "COUNTERSIGN_KEY_FILE",
    "countersign.key",
    "The server's keys, made at the first start and readable by its user only. Back it up; replicas share it.",
);
pub(super) const CHECKPOINTS: Setting = setting(
    "COUNTERSIGN_CHECKPOINTS",
    "countersign.checkpoints",
    "The second place for signed checkpoints of the audit trail; better on another machine's disk.",
);
pub(super) const LOG: Setting = setting(
    "COUNTERSIGN_LOG",
    "info,slack_morphism=warn,hyper=warn,sqlx=warn",
    "What is logged: error, warn, info, debug, or a filter such as info,sqlx=warn.",
);
pub(super) const LOG_FORMAT: Setting = setting("COUNTERSIGN_LOG_FORMAT", "text", "How it is logged: text or json.");
pub(super) const SLACK_BOT_TOKEN: Setting =
    setting("SLACK_BOT_TOKEN", "", "Slack: the bot token, xoxb-... Empty: no Slack.");
pub(super) const SLACK_APP_TOKEN: Setting = setting(
    "SLACK_APP_TOKEN",
    "",
    "Slack: the app-level token, xapp-... With it Slack needs no inbound port (Socket Mode).",
);
pub(super) const SLACK_SIGNING_SECRET: Setting = setting(
    "SLACK_SIGNING_SECRET",
    "",
    "Slack: the signing secret. With it Slack may call /slack/commands and /slack/interactions.",
);
pub(super) const SLACK_API_URL: Setting = setting("SLACK_API_URL", "https://slack.com/api", "Slack: where its API is.");

/// All settings, in the order of `.env.example`.
pub const SETTINGS: [Setting; 12] = [
    LISTEN,
    PUBLIC_URL,
    POLICY,
    DATABASE,
    KEY_FILE,
    CHECKPOINTS,
    LOG,
    LOG_FORMAT,
    SLACK_BOT_TOKEN,
    SLACK_APP_TOKEN,
    SLACK_SIGNING_SECRET,
    SLACK_API_URL,
];

/// Variables of ours that are not settings of the server: the terminal client's, and the tests'.
pub(super) const NOT_SETTINGS: [&str; 3] = ["COUNTERSIGN_URL", "COUNTERSIGN_TOKEN", "COUNTERSIGN_TEST_"];

/// The text of `.env.example`.
pub fn example() -> String {
    let mut text = String::from(
        "# Countersign's settings and secrets. Copy this file to .env, or set the same variables in the environment, which\n\
         # wins over .env. `countersign check` says what is wrong with them.\n",
    );
    for Setting { name, default, comment } in SETTINGS {
        text.push_str(&format!("\n# {comment}\n{name}={default}\n"));
    }
    text
}
