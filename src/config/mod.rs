//! Settings of the server, from the environment and `.env`: typed, every problem at once, secrets kept secret.

mod discord;
mod email;
mod environment;
mod files;
mod keys;
mod problem;
mod reader;
mod settings;
mod slack;
mod teams;
mod telegram;
#[cfg(test)]
mod tests;

pub use discord::DiscordConfig;
pub use email::EmailConfig;
pub use environment::Environment;
pub use keys::{KeyError, Keys};
pub use problem::{SettingProblem, SettingProblems};
pub use settings::{SETTINGS, Setting, example};
pub use slack::SlackConfig;
pub use teams::TeamsConfig;
pub use telegram::TelegramConfig;

use countersign_engine::ask::nearest;
use reader::Reader;
use secrecy::SecretString;
use std::{
    net::{SocketAddr, ToSocketAddrs},
    path::{Path, PathBuf},
};
use tracing_subscriber::EnvFilter;

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// For machines.
    Json,
}

/// The settings. Its `Debug` shows no secret.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where the server listens.
    pub listen: SocketAddr,
    /// Where people reach it; without a slash at the end.
    pub public_url: String,
    /// The policy file.
    pub policy: PathBuf,
    /// `sqlite://...` or `postgres://...`; may hold a password.
    pub database_url: SecretString,
    /// See [`Keys`].
    pub key_file: PathBuf,
    /// The second place for checkpoints of the audit trail.
    pub checkpoints: PathBuf,
    /// What this server remembers of its database.
    pub instance_file: PathBuf,
    /// A filter that parses.
    pub log: String,
    /// How log lines look.
    pub log_format: LogFormat,
    /// Slack, if it is used.
    pub slack: Option<SlackConfig>,
    /// Discord, if it is used.
    pub discord: Option<DiscordConfig>,
    /// Telegram, if it is used.
    pub telegram: Option<TelegramConfig>,
    /// Teams, if it is used.
    pub teams: Option<TeamsConfig>,
    /// E-mail, if it is used.
    pub email: Option<EmailConfig>,
    /// Everything else, for the passwords that connectors name.
    pub environment: Environment,
    /// What holds, but is probably not meant.
    pub warnings: Vec<SettingProblem>,
}

impl Config {
    /// Where the policy file is, also when other settings do not hold.
    pub fn policy_path(environment: &Environment) -> PathBuf {
        PathBuf::from(Reader::new(environment).text(&settings::POLICY))
    }

    /// Where the server of this environment listens, also when other settings do not hold. Errors: what is wrong with it.
    pub fn listen_address(environment: &Environment) -> Result<SocketAddr, SettingProblems> {
        let mut reader = Reader::new(environment);
        listen(&mut reader).ok_or(SettingProblems(reader.problems))
    }

    /// From the process's environment and the file `.env` in the working directory. Errors: all problems at once.
    pub fn of_process() -> Result<Self, SettingProblems> {
        let environment =
            Environment::of_process(Path::new(".env")).map_err(|problem| SettingProblems(vec![problem]))?;
        Self::new(environment)
    }

    /// From an environment. Errors: all problems at once.
    pub fn new(environment: Environment) -> Result<Self, SettingProblems> {
        let mut reader = Reader::new(&environment);
        let listen = listen(&mut reader);
        let public_url = public_url(&mut reader, listen);
        let database_url = database_url(&mut reader);
        let (log, log_format) = (log(&mut reader), log_format(&mut reader));
        let slack = slack::read(&mut reader);
        let discord = discord::read(&mut reader);
        let telegram = telegram::read(&mut reader);
        let teams = teams::read(&mut reader);
        let email = email::read(&mut reader);
        unknown_names(&environment, &mut reader);
        unread_files(&environment, &mut reader);
        let path = |setting| PathBuf::from(reader.text(setting));
        let (policy, key_file) = (path(&settings::POLICY), path(&settings::KEY_FILE));
        let (checkpoints, instance_file) = (path(&settings::CHECKPOINTS), path(&settings::INSTANCE));
        let (problems, warnings) = (reader.problems, reader.warnings);
        match (listen, public_url, database_url, log_format, problems.is_empty()) {
            (Some(listen), Some(public_url), Some(database_url), Some(log_format), true) => Ok(Self {
                listen,
                public_url,
                policy,
                database_url,
                key_file,
                checkpoints,
                instance_file,
                log,
                log_format,
                slack,
                discord,
                telegram,
                teams,
                email,
                environment,
                warnings,
            }),
            _ => Err(SettingProblems(problems)),
        }
    }
}

fn listen(reader: &mut Reader<'_>) -> Option<SocketAddr> {
    let text = reader.text(&settings::LISTEN);
    let named = || {
        text.strip_prefix("localhost:")
            .and_then(|port| ("127.0.0.1", port.parse().ok()?).to_socket_addrs().ok()?.next())
    };
    let listen = text.parse().ok().or_else(named);
    if listen.is_none() {
        let what = format!("\"{text}\" is not an address and a port");
        reader.problem(&settings::LISTEN, what, "such as 127.0.0.1:8080, or 0.0.0.0:8080 for every interface");
    }
    listen
}

fn public_url(reader: &mut Reader<'_>, listen: Option<SocketAddr>) -> Option<String> {
    let setting = &settings::PUBLIC_URL;
    if reader.text(setting).is_empty() {
        let listen = listen?;
        if listen.ip().is_unspecified() {
            let hint = "set it to what people type into their browser, such as https://access.example.com";
            reader.warn(setting, format!("is empty, so links on cards point to http://{listen}"), hint);
        }
        return Some(format!("http://{listen}"));
    }
    let url = reader.url(setting)?;
    let loopback = ["http://127.0.0.1", "http://localhost", "http://[::1]"].iter().any(|start| url.starts_with(start));
    if url.starts_with("http://") && !loopback {
        let hint = "put a proxy with a certificate before it, and write https://";
        reader.warn(setting, "is plain http: sessions and votes can be read on the way", hint);
    }
    Some(url)
}

fn database_url(reader: &mut Reader<'_>) -> Option<SecretString> {
    let setting = &settings::DATABASE;
    let text = reader.text(setting);
    if ["sqlite:", "postgres://", "postgresql://"].iter().any(|scheme| text.starts_with(scheme)) {
        return Some(SecretString::from(text));
    }
    reader.problem(
        setting,
        "is not a database we know",
        "sqlite://countersign.db, or postgres://USER:PASSWORD@HOST/NAME",
    );
    None
}

fn log(reader: &mut Reader<'_>) -> String {
    let text = reader.text(&settings::LOG);
    if let Err(error) = EnvFilter::try_new(&text) {
        reader.problem(&settings::LOG, format!("\"{text}\": {error}"), "such as info, or info,sqlx=warn");
    }
    text
}

fn log_format(reader: &mut Reader<'_>) -> Option<LogFormat> {
    match reader.text(&settings::LOG_FORMAT).as_str() {
        "text" => Some(LogFormat::Text),
        "json" => Some(LogFormat::Json),
        other => {
            reader.problem(&settings::LOG_FORMAT, format!("\"{other}\" is not a format"), "text or json");
            None
        }
    }
}

/// A misspelt setting would silently be its default.
fn unknown_names(environment: &Environment, reader: &mut Reader<'_>) {
    let known = |name: &str| {
        let base = name.strip_suffix("_FILE").unwrap_or(name);
        SETTINGS.iter().any(|s| s.name == name || s.name == base)
            || settings::NOT_SETTINGS.iter().any(|other| name.starts_with(other))
    };
    for name in environment.names().filter(|name| name.starts_with("COUNTERSIGN_") && !known(name)) {
        let near = nearest(name, SETTINGS.iter().map(|s| s.name));
        let hint = near.first().map_or("see .env.example".to_owned(), |near| format!("did you mean {near}?"));
        reader.warnings.push(SettingProblem { name: name.to_owned(), what: "is not a setting".into(), hint });
    }
}

/// A file that cannot be read must not look like a setting that nobody wants (rule 45).
fn unread_files(environment: &Environment, reader: &mut Reader<'_>) {
    for (name, what) in environment.unread() {
        let hint = format!("set either {name} or {name}_FILE, the path of a small text file that the server may read");
        let problem = SettingProblem { name: name.to_owned(), what: what.to_owned(), hint };
        match SETTINGS.iter().any(|setting| setting.name == name) {
            true => reader.problems.push(problem),
            false => reader.warnings.push(problem),
        }
    }
}
