//! The client side: asking and voting from a terminal, over the REST API.

pub(super) mod api;
pub(super) mod plain;
mod show;
mod table;
pub(super) mod wire;

use super::notify::{self, NotifyCommand};
use api::{Api, Failure};
use clap::{Args, Subcommand};
use serde_json::{Value, json};
use std::{io::Write, process::ExitCode};

/// What a client command needs to know of the server.
#[derive(Args, Debug, Clone)]
pub struct ClientOptions {
    /// Where the server is.
    #[arg(long, env = "COUNTERSIGN_URL", default_value = "http://127.0.0.1:8080")]
    pub url: String,
    /// Your personal API token (in demo mode also demo:PERSON).
    #[arg(long, env = "COUNTERSIGN_TOKEN", hide_env_values = true, default_value = "")]
    pub token: String,
    /// Print the server's JSON, for scripts.
    #[arg(long)]
    pub json: bool,
}

/// Commands that talk to a running server.
#[derive(Subcommand, Debug, Clone)]
pub enum ClientCommand {
    /// Ask for access: countersign request prod-db 4h "billing migration"
    Request {
        /// Where, and who we are there.
        #[command(flatten)]
        server: ClientOptions,
        /// The resource.
        resource: String,
        /// For how long: 4h, 90m, 1h30m, 2d.
        duration: String,
        /// Why.
        reason: Vec<String>,
        /// The access level; the resource's default when absent.
        #[arg(long)]
        access: Option<String>,
    },
    /// List requests, newest first.
    List {
        /// Where, and who we are there.
        #[command(flatten)]
        server: ClientOptions,
        /// Only these states: pending,approved,denied,timed_out,withdrawn,cancelled,blocked.
        #[arg(long)]
        state: Option<String>,
        /// Only my own.
        #[arg(long)]
        mine: bool,
        /// Only those that wait for my vote.
        #[arg(long)]
        to_vote: bool,
        /// Only those that contain this text.
        #[arg(long)]
        search: Option<String>,
        /// At most this many.
        #[arg(long, default_value_t = 50)]
        limit: u16,
    },
    /// Show one request with its chain.
    Show {
        /// Where, and who we are there.
        #[command(flatten)]
        server: ClientOptions,
        /// Its id: req-84a2.
        id: String,
    },
    /// Vote yes.
    Approve {
        /// Where, and who we are there.
        #[command(flatten)]
        server: ClientOptions,
        /// The request's id: req-84a2.
        id: String,
        /// In your words.
        #[arg(long)]
        note: Option<String>,
        /// Allow no longer than this.
        #[arg(long)]
        duration: Option<String>,
        /// Allow no more than this access level.
        #[arg(long)]
        access: Option<String>,
    },
    /// Vote no.
    Deny {
        /// Where, and who we are there.
        #[command(flatten)]
        server: ClientOptions,
        /// The request's id: req-84a2.
        id: String,
        /// In your words.
        #[arg(long)]
        note: Option<String>,
    },
    /// Take a pending request of yours back.
    Cancel {
        /// Where, and who we are there.
        #[command(flatten)]
        server: ClientOptions,
        /// Its id: req-84a2.
        id: String,
    },
    /// Start approved access that waits for it.
    Start {
        /// Where, and who we are there.
        #[command(flatten)]
        server: ClientOptions,
        /// The request's id: req-84a2.
        id: String,
    },
    /// End access of yours before its time is over.
    End {
        /// Where, and who we are there.
        #[command(flatten)]
        server: ClientOptions,
        /// The request's id: req-84a2.
        id: String,
    },
    /// Do messages arrive?
    #[command(subcommand)]
    Notify(NotifyCommand),
    /// Take somebody's access away.
    Revoke {
        /// Where, and who we are there.
        #[command(flatten)]
        server: ClientOptions,
        /// The request's id: req-84a2.
        id: String,
        /// In your words.
        #[arg(long)]
        note: Option<String>,
    },
}

impl ClientCommand {
    fn server(&self) -> &ClientOptions {
        match self {
            Self::Request { server, .. }
            | Self::List { server, .. }
            | Self::Show { server, .. }
            | Self::Approve { server, .. }
            | Self::Deny { server, .. }
            | Self::Cancel { server, .. }
            | Self::Start { server, .. }
            | Self::End { server, .. }
            | Self::Revoke { server, .. } => server,
            Self::Notify(command) => command.server(),
        }
    }
}

/// What a command came to: text for a person or a script, and the exit code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// For standard output.
    pub text: String,
    /// For standard error; empty when all went well.
    pub complaint: String,
    /// 0 done, 1 refused, 2 wrong usage, 3 the server cannot be reached or is not able.
    pub code: u8,
}

/// Runs a command and prints what came of it.
pub async fn run(command: ClientCommand) -> ExitCode {
    let outcome = execute(command).await;
    // A closed pipe is no reason to complain.
    let _ = std::io::stdout().write_all(outcome.text.as_bytes());
    let _ = std::io::stderr().write_all(outcome.complaint.as_bytes());
    ExitCode::from(outcome.code)
}

/// Runs a command without printing.
pub async fn execute(command: ClientCommand) -> Outcome {
    let options = command.server().clone();
    match attempt(command, &options).await {
        Ok(text) => Outcome { text, complaint: String::new(), code: 0 },
        Err(failure) => {
            Outcome { text: failure.json(options.json), complaint: failure.words(), code: failure.exit_code() }
        }
    }
}

/// Turns an answer into text for people.
type Draw = fn(&Value) -> Result<String, Failure>;

async fn attempt(command: ClientCommand, options: &ClientOptions) -> Result<String, Failure> {
    let api = Api::new(options)?;
    let (answer, picture): (Value, Draw) = match command {
        ClientCommand::Request { resource, duration, reason, access, .. } => {
            let reason = Some(reason.join(" ")).filter(|r| !r.is_empty());
            let body = json!({"resource": resource, "duration": duration, "reason": reason, "access": access});
            (api.post("/api/v1/requests", body).await?, show::picture)
        }
        ClientCommand::List { state, mine, to_vote, search, limit, .. } => {
            let flag = |on: bool| on.then(|| "1".to_owned());
            let limit = Some(limit.to_string());
            let query = [
                ("state", state),
                ("mine", flag(mine)),
                ("to_vote", flag(to_vote)),
                ("search", search),
                ("limit", limit),
            ];
            (api.get("/api/v1/requests", &query).await?, table::requests)
        }
        ClientCommand::Show { id, .. } => (api.get(&path("requests", &id, "")?, &[]).await?, show::picture),
        ClientCommand::Approve { id, note, duration, access, .. } => {
            let vote = json!({"decision": "approve", "note": note, "duration": duration, "access": access});
            (api.post(&path("requests", &id, "/votes")?, vote).await?, show::picture)
        }
        ClientCommand::Deny { id, note, .. } => {
            let vote = json!({"decision": "deny", "note": note});
            (api.post(&path("requests", &id, "/votes")?, vote).await?, show::picture)
        }
        ClientCommand::Cancel { id, .. } => {
            (api.post(&path("requests", &id, "/cancel")?, json!({})).await?, show::picture)
        }
        ClientCommand::Start { id, .. } => (api.post(&path("grants", &id, "/start")?, json!({})).await?, show::grant),
        ClientCommand::End { id, .. } => (api.post(&path("grants", &id, "/end")?, json!({})).await?, show::grant),
        ClientCommand::Revoke { id, note, .. } => {
            (api.post(&path("grants", &id, "/revoke")?, json!({"note": note})).await?, show::grant)
        }
        ClientCommand::Notify(command) => (notify::run(command, &api).await?, notify::lines),
    };
    if options.json { Ok(plain::json(&answer)) } else { picture(&answer) }
}

/// An id as the server makes them, however it was typed: short ids small, whole ones large.
fn as_made(id: &str) -> String {
    if id.len() == 26 { id.to_ascii_uppercase() } else { id.to_ascii_lowercase() }
}

fn path(kind: &str, id: &str, verb: &str) -> Result<String, Failure> {
    let fits = !id.is_empty() && id.len() <= 64 && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    match fits {
        true => Ok(format!("/api/v1/{kind}/{}{verb}", as_made(id))),
        false => Err(Failure::Usage("this is no request's id; they look like req-84a2".into())),
    }
}
