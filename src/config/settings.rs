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
pub(super) const INSTANCE: Setting = setting(
    "COUNTERSIGN_INSTANCE_FILE",
    "countersign.instance",
    "What this server remembers of its database, to notice a restored or replaced one. Each replica has its own; not in backups.",
);
pub(super) const LOG: Setting = setting(
    "COUNTERSIGN_LOG",
    "info,slack_morphism=warn,serenity=warn,reqwest=warn,hyper=warn,tungstenite=warn,tokio_tungstenite=warn,sqlx=warn",
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

pub(super) const DISCORD_BOT_TOKEN: Setting =
    setting("DISCORD_BOT_TOKEN", "", "Discord: the bot's token. Empty: no Discord.");
pub(super) const DISCORD_APPLICATION_ID: Setting =
    setting("DISCORD_APPLICATION_ID", "", "Discord: the application's id, a number.");
pub(super) const DISCORD_PUBLIC_KEY: Setting = setting(
    "DISCORD_PUBLIC_KEY",
    "",
    "Discord: the application's public key. With it Discord may call /discord/interactions.",
);
pub(super) const DISCORD_GATEWAY: Setting = setting(
    "DISCORD_GATEWAY",
    "on",
    "Discord: on, or off where Discord calls us instead. The gateway needs no inbound port.",
);
pub(super) const DISCORD_API_URL: Setting =
    setting("DISCORD_API_URL", "https://discord.com", "Discord: where its API is; /api/v10 is added.");
pub(super) const TELEGRAM_BOT_TOKEN: Setting =
    setting("TELEGRAM_BOT_TOKEN", "", "Telegram: the bot's token, 123456:ABC... Empty: no Telegram.");
pub(super) const TELEGRAM_WEBHOOK_SECRET: Setting = setting(
    "TELEGRAM_WEBHOOK_SECRET",
    "",
    "Telegram: 32 to 256 letters, digits, _ and -. With it Telegram calls us; without, we ask (long polling).",
);
pub(super) const TELEGRAM_API_URL: Setting =
    setting("TELEGRAM_API_URL", "https://api.telegram.org", "Telegram: where its API is.");
pub(super) const TEAMS_APP_ID: Setting =
    setting("TEAMS_APP_ID", "", "Teams: the bot's app id, a UUID. Empty: no Teams.");
pub(super) const TEAMS_APP_PASSWORD: Setting = setting("TEAMS_APP_PASSWORD", "", "Teams: the app's client secret.");
pub(super) const TEAMS_TENANT_ID: Setting =
    setting("TEAMS_TENANT_ID", "", "Teams: the tenant that the bot serves, a UUID. No other is served.");
pub(super) const TEAMS_LOGIN_URL: Setting = setting(
    "TEAMS_LOGIN_URL",
    "https://login.microsoftonline.com",
    "Teams: where our own tokens come from; /TENANT/oauth2/v2.0/token is added.",
);
pub(super) const TEAMS_OPENID_URL: Setting = setting(
    "TEAMS_OPENID_URL",
    "https://login.botframework.com/v1/.well-known/openidconfiguration",
    "Teams: the metadata of the keys that sign what Teams sends us.",
);
pub(super) const TEAMS_SERVICE_URL: Setting = setting(
    "TEAMS_SERVICE_URL",
    "https://smba.trafficmanager.net/teams",
    "Teams: the service that messages are sent through before Teams has named another.",
);
pub(super) const SMTP_URL: Setting = setting(
    "SMTP_URL",
    "",
    "E-mail: smtp://USER:PASSWORD@HOST:587 (STARTTLS) or smtps://USER:PASSWORD@HOST:465. Empty: no e-mail.",
);
pub(super) const EMAIL_FROM: Setting =
    setting("EMAIL_FROM", "", "E-mail: the sender, in quotes where it has a name: 'Countersign <access@example.com>'.");
pub(super) const SMTP_CA_FILE: Setting = setting(
    "SMTP_CA_FILE",
    "",
    "E-mail: a PEM file with certificates of a private authority that the server's may come from. Empty: public ones only.",
);

/// All settings, in the order of `.env.example`.
pub const SETTINGS: &[Setting] = &[
    LISTEN,
    PUBLIC_URL,
    POLICY,
    DATABASE,
    KEY_FILE,
    CHECKPOINTS,
    INSTANCE,
    LOG,
    LOG_FORMAT,
    SLACK_BOT_TOKEN,
    SLACK_APP_TOKEN,
    SLACK_SIGNING_SECRET,
    SLACK_API_URL,
    DISCORD_BOT_TOKEN,
    DISCORD_APPLICATION_ID,
    DISCORD_PUBLIC_KEY,
    DISCORD_GATEWAY,
    DISCORD_API_URL,
    TELEGRAM_BOT_TOKEN,
    TELEGRAM_WEBHOOK_SECRET,
    TELEGRAM_API_URL,
    TEAMS_APP_ID,
    TEAMS_APP_PASSWORD,
    TEAMS_TENANT_ID,
    TEAMS_LOGIN_URL,
    TEAMS_OPENID_URL,
    TEAMS_SERVICE_URL,
    SMTP_URL,
    EMAIL_FROM,
    SMTP_CA_FILE,
];

/// Variables of ours that are not settings of the server: the terminal client's, and the tests'.
pub(super) const NOT_SETTINGS: [&str; 4] =
    ["COUNTERSIGN_URL", "COUNTERSIGN_TOKEN", "COUNTERSIGN_TEST_", "COUNTERSIGN_SPECS"];

/// The text of `.env.example`.
pub fn example() -> String {
    let mut text = String::from(
        "# Countersign's settings and secrets. Copy this file to .env, or set the same variables in the environment, which\n\
         # wins over .env. NAME_FILE=PATH instead of NAME=VALUE takes the value from a file, for secrets that a container or\n\
         # systemd hands out so. `countersign check` says what is wrong with them.\n",
    );
    for Setting { name, default, comment } in SETTINGS {
        text.push_str(&format!("\n# {comment}\n{name}={default}\n"));
    }
    text
}
