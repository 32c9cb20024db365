//! Calls to the server, and what can go wrong with them.

use super::{ClientOptions, plain};
use reqwest::{Client, RequestBuilder, StatusCode, Url, redirect::Policy};
use serde_json::Value;
use std::time::Duration;

/// How long a call may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// A server and who we are there.
pub struct Api {
    client: Client,
    base: String,
    token: String,
}

/// Why a command did not succeed.
#[derive(Debug)]
pub enum Failure {
    /// What was typed makes no sense.
    Usage(String),
    /// The server said no, with a problem.
    Refused(Value),
    /// The server cannot be reached, or is not able.
    Unavailable(String),
    /// A message did not arrive.
    Undelivered {
        /// What became of all of them, for people.
        shown: String,
        /// The same, for scripts.
        answer: Value,
    },
}

impl Api {
    /// Nothing is sent yet.
    pub fn new(options: &ClientOptions) -> Result<Self, Failure> {
        let base = options.url.trim_end_matches('/').to_owned();
        let known = Url::parse(&base).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
        if !known {
            return Err(Failure::Usage(format!("\"{base}\" is no address; it looks like https://approve.acme.com")));
        }
        if options.token.is_empty() {
            return Err(Failure::Usage(
                "no token; set COUNTERSIGN_TOKEN, or give --token (in the demo: demo:dev)".into(),
            ));
        }
        // A token never follows a redirect to somewhere else.
        let client = Client::builder().timeout(PATIENCE).redirect(Policy::none()).build();
        let client = client.map_err(|error| Failure::Unavailable(error.to_string()))?;
        Ok(Self { client, base, token: options.token.clone() })
    }

    /// Reads. Parameters without a value are left out.
    pub async fn get(&self, path: &str, query: &[(&str, Option<String>)]) -> Result<Value, Failure> {
        let given: Vec<(&str, &String)> = query.iter().filter_map(|(k, v)| Some((*k, v.as_ref()?))).collect();
        self.send(self.client.get(format!("{}{path}", self.base)).query(&given)).await
    }

    /// Changes something. Fields that are null are left out.
    pub async fn post(&self, path: &str, mut body: Value) -> Result<Value, Failure> {
        if let Value::Object(fields) = &mut body {
            fields.retain(|_, value| !value.is_null());
        }
        self.send(self.client.post(format!("{}{path}", self.base)).json(&body)).await
    }

    async fn send(&self, request: RequestBuilder) -> Result<Value, Failure> {
        let base = &self.base;
        let lost = |error: reqwest::Error| match error.is_connect() {
            true => Failure::Unavailable(format!("nothing answers at {base}; is the server running?")),
            false => Failure::Unavailable(format!("{base}: {}", error.without_url())),
        };
        let response = request.bearer_auth(&self.token).send().await.map_err(lost)?;
        let status = response.status();
        let bytes = response.bytes().await.map_err(lost)?;
        let odd = || Failure::Unavailable(format!("{base} answered {status}, but not as Countersign does"));
        let value: Value = serde_json::from_slice(&bytes).map_err(|_| odd())?;
        match status {
            s if s.is_success() => Ok(value),
            s if s.is_client_error() && s != StatusCode::REQUEST_TIMEOUT => Err(Failure::Refused(value)),
            _ => Err(Failure::Unavailable(detail(&value))),
        }
    }
}

impl Failure {
    /// For standard error.
    pub fn words(&self) -> String {
        match self {
            Self::Usage(why) => format!("error: {}\n", plain::line(why)),
            Self::Unavailable(why) => format!("unavailable: {}\n", plain::line(why)),
            Self::Undelivered { shown, .. } => shown.clone(),
            Self::Refused(problem) => format!("refused: {}\n{}", plain::line(&detail(problem)), hint(problem)),
        }
    }
    /// For standard output: the problem, where a script asked for JSON.
    pub fn json(&self, wanted: bool) -> String {
        match self {
            Self::Refused(problem) | Self::Undelivered { answer: problem, .. } if wanted => plain::json(problem),
            _ => String::new(),
        }
    }
    /// 1 refused, 2 wrong usage, 3 unavailable.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Refused(_) | Self::Undelivered { .. } => 1,
            Self::Usage(_) => 2,
            Self::Unavailable(_) => 3,
        }
    }
}

fn detail(problem: &Value) -> String {
    let text = |name: &str| problem.get(name).and_then(Value::as_str).map(str::to_owned);
    text("detail").or_else(|| text("title")).unwrap_or_else(|| "the server gave no reason".to_owned())
}

/// What to type next, where the sentence cannot know it: it is the same on every platform.
fn hint(problem: &Value) -> String {
    let word = |name: &str| problem.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let hint = match word("code").as_str() {
        "already_open" => format!("countersign show {}", word("request")),
        "not_found" => "countersign list shows what you may see".to_owned(),
        "unknown_resource" => "the resources are on the console, and at /api/v1/catalog".to_owned(),
        "bad_duration" => "countersign request RESOURCE DURATION [REASON] --access LEVEL".to_owned(),
        "unauthorized" => "set COUNTERSIGN_TOKEN to a token from countersign token create --for YOU".to_owned(),
        _ => return String::new(),
    };
    format!("hint: {}\n", plain::line(&hint))
}
