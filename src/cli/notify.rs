//! `countersign notify`: do messages arrive?

use super::client::{
    ClientOptions,
    api::{Api, Failure},
    plain, wire,
};
use clap::Subcommand;
use serde::Deserialize;
use serde_json::{Value, json};

/// Looks after messages.
#[derive(Subcommand, Debug, Clone)]
pub enum NotifyCommand {
    /// Send a test message through the running server, and say what came back. For administrators.
    ///
    /// Without options: to yourself, on every platform on which you can be reached.
    Test {
        /// Where, and who we are there.
        #[command(flatten)]
        server: ClientOptions,
        /// Only on this platform: slack, discord, telegram, teams, email.
        #[arg(long)]
        platform: Option<String>,
        /// To this person, by id or e-mail.
        #[arg(long)]
        to: Option<String>,
        /// To this place, by its id as the policy file writes it: slack:T0123ABCD/C0123ABCD
        #[arg(long, conflicts_with = "to")]
        place: Option<String>,
    },
}

impl NotifyCommand {
    /// What it needs to know of the server.
    pub(super) fn server(&self) -> &ClientOptions {
        match self {
            Self::Test { server, .. } => server,
        }
    }
}

#[derive(Deserialize)]
struct Tests {
    items: Vec<Test>,
}

#[derive(Deserialize)]
struct Test {
    address: String,
    delivered: bool,
    error: Option<String>,
    hint: Option<String>,
}

/// Sends; what came back. Errors: one did not arrive, among others.
pub(super) async fn run(command: NotifyCommand, api: &Api) -> Result<Value, Failure> {
    let NotifyCommand::Test { platform, to, place, .. } = command;
    let body = json!({"platform": platform, "to": to, "place": place});
    let answer = api.post("/api/v1/deliveries/test", body).await?;
    let tests: Tests = wire::read(&answer)?;
    match tests.items.iter().all(|test| test.delivered) {
        true => Ok(answer),
        false => Err(Failure::Undelivered { shown: lines(&answer)?, answer }),
    }
}

/// One message a line.
pub(super) fn lines(answer: &Value) -> Result<String, Failure> {
    let tests: Tests = wire::read(answer)?;
    Ok(tests.items.iter().map(line).collect())
}

fn line(test: &Test) -> String {
    let address = plain::line(&test.address);
    let more = |text: &Option<String>| text.as_deref().map(plain::line).unwrap_or_default();
    match test.delivered {
        true => format!("delivered      {address}\n"),
        false => format!("NOT DELIVERED  {address}: {}\n  hint: {}\n", more(&test.error), more(&test.hint)),
    }
}
