//! A real `countersign serve` with everything planted, and all that it says.

use crate::{hunt::Hunt, plant};
use countersign_kit::{discord, teams};
use reqwest::{Client, RequestBuilder};
use std::{
    fs::{self, OpenOptions},
    net::{SocketAddr, TcpListener},
    os::unix::fs::PermissionsExt,
    path::PathBuf,
    process::{Child, Command, Output, Stdio},
    time::{Duration, Instant},
};
use tempfile::TempDir;

/// The longest that a test waits for something that must come.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// Where the platforms are.
pub struct Peers {
    pub slack: String,
    pub discord: String,
    pub telegram: String,
    /// Login, metadata, service.
    pub teams: [String; 3],
    /// `HOST:PORT`
    pub smtp: String,
    /// Webhooks.
    pub receiver: String,
}

impl Peers {
    /// All of them at one address.
    pub fn all_at(url: &str) -> Self {
        let own = || url.to_owned();
        let smtp = url.trim_start_matches("http://").to_owned();
        Self { slack: own(), discord: own(), telegram: own(), teams: [own(), own(), own()], smtp, receiver: own() }
    }
}

/// The process, its directory, and what it answered.
pub struct Server {
    child: Child,
    pub place: TempDir,
    pub address: SocketAddr,
    pub http: Client,
    variables: Vec<(String, String)>,
    pub answers: Vec<String>,
}

fn secret(table: &[(&str, &str)], name: &str) -> String {
    table.iter().find(|(known, _)| *known == name).unwrap_or_else(|| panic!("{name} is not planted")).1.to_owned()
}

/// The secret of a setting.
pub fn setting(name: &str) -> String {
    secret(&plant::SETTINGS, name)
}

/// The secret of a variable that the policy names.
pub fn variable(name: &str) -> String {
    secret(&plant::VARIABLES, name)
}

fn variables(peers: &Peers, address: SocketAddr, place: &TempDir, format: &str) -> Vec<(String, String)> {
    let path = |name: &str| place.path().join(name).display().to_string();
    let password = setting("SMTP_URL");
    let mut all: Vec<(String, String)> = plant::VARIABLES.iter().map(|(n, v)| ((*n).into(), (*v).into())).collect();
    let set = |all: &mut Vec<(String, String)>, name: &str, value: String| {
        all.retain(|(known, _)| known != name);
        all.push((name.to_owned(), value));
    };
    for (name, value) in plant::SETTINGS {
        set(&mut all, name, value.to_owned());
    }
    for (name, value) in [
        ("DATABASE_URL", format!("sqlite://{}", path("server.db"))),
        ("COUNTERSIGN_LISTEN", address.to_string()),
        ("COUNTERSIGN_PUBLIC_URL", format!("http://{address}")),
        ("COUNTERSIGN_POLICY", path("policy.toml")),
        ("COUNTERSIGN_KEY_FILE", path("server.key")),
        ("COUNTERSIGN_CHECKPOINTS", path("checkpoints")),
        ("COUNTERSIGN_LOG", "trace".into()),
        ("COUNTERSIGN_LOG_FORMAT", format.into()),
        ("RUST_BACKTRACE", "1".into()),
        ("SLACK_API_URL", peers.slack.clone()),
        ("DISCORD_API_URL", peers.discord.clone()),
        ("DISCORD_APPLICATION_ID", discord::APPLICATION.into()),
        ("DISCORD_PUBLIC_KEY", discord::public_key()),
        ("TELEGRAM_API_URL", peers.telegram.clone()),
        ("TEAMS_APP_ID", teams::APP.into()),
        ("TEAMS_TENANT_ID", teams::TENANT.into()),
        ("TEAMS_LOGIN_URL", peers.teams[0].clone()),
        ("TEAMS_OPENID_URL", peers.teams[1].clone()),
        ("TEAMS_SERVICE_URL", peers.teams[2].clone()),
        ("SMTP_URL", format!("smtp://countersign%40acme.com:{password}@{}?tls=none", peers.smtp)),
        ("EMAIL_FROM", "Countersign <access@acme.com>".into()),
        ("ALERTS_URL", format!("{}/{}", peers.receiver, variable("ALERTS_URL"))),
        ("OPS_CHAT_URL", format!("{}/{}", peers.receiver, variable("OPS_CHAT_URL"))),
    ] {
        set(&mut all, name, value);
    }
    all
}

impl Server {
    /// Starts one before these peers, and returns when it is ready.
    pub async fn start(peers: &Peers, format: &str) -> Self {
        let place = tempfile::tempdir().unwrap();
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        fs::write(place.path().join("policy.toml"), plant::policy(&peers.receiver)).unwrap();
        let key = place.path().join("server.key");
        fs::write(&key, plant::KEYS.concat()).unwrap();
        fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
        let variables = variables(peers, address, &place, format);
        let out = |name: &str| {
            Stdio::from(OpenOptions::new().create(true).append(true).open(place.path().join(name)).unwrap())
        };
        let mut command = Command::new(env!("CARGO_BIN_EXE_countersign"));
        command.current_dir(place.path()).env_clear().envs(variables.clone()).arg("serve");
        let child = command.stdin(Stdio::null()).stdout(out("stdout")).stderr(out("stderr")).spawn().unwrap();
        let http = Client::builder().timeout(PATIENCE).redirect(reqwest::redirect::Policy::none()).build().unwrap();
        let mut server = Self { child, place, address, http, variables, answers: Vec::new() };
        let until = Instant::now() + PATIENCE;
        while !server.is_up().await {
            let over = server.child.try_wait().unwrap();
            assert!(over.is_none() && Instant::now() < until, "it did not start: {over:?}\n{}", server.said());
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        server
    }

    async fn is_up(&self) -> bool {
        self.http.get(self.url("/healthz")).send().await.is_ok()
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// All that it wrote to its standard outputs.
    pub fn said(&self) -> String {
        let read = |name: &str| fs::read_to_string(self.place.path().join(name)).unwrap_or_default();
        format!("{}{}", read("stdout"), read("stderr"))
    }

    /// Waits until its log says this.
    pub async fn until_it_says(&self, words: &str) {
        let until = Instant::now() + PATIENCE;
        while !self.said().contains(words) {
            let tail = || self.said().lines().rev().take(40).collect::<Vec<_>>().join("\n");
            assert!(Instant::now() < until, "it never said \"{words}\"; at last:\n{}", tail());
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// A command of the same binary in the same place.
    pub fn run(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_countersign"));
        command.current_dir(self.place.path()).env_clear().envs(self.variables.clone()).env("COUNTERSIGN_LOG", "warn");
        command.args(arguments).output().unwrap()
    }

    /// What a command prints, which must succeed.
    pub fn printed(&self, arguments: &[&str]) -> String {
        let done = self.run(arguments);
        assert!(done.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
        String::from_utf8(done.stdout).unwrap().trim().to_owned()
    }

    /// Sends, keeps the answer, and gives its status and body.
    pub async fn send(&mut self, request: RequestBuilder) -> (u16, String) {
        let answer = request.send().await.unwrap();
        let (status, headers) = (answer.status().as_u16(), format!("{:?}", answer.headers()));
        let body = answer.text().await.unwrap();
        self.answers.push(format!("{status} {headers}\n{body}"));
        (status, body)
    }

    /// Everything that it said, answered and kept is a place to look.
    pub fn searched(&self, hunt: &mut Hunt, name: &str) {
        hunt.place(format!("{name}: what it says"), self.said());
        hunt.place(format!("{name}: what it answers"), self.answers.join("\n"));
        for entry in fs::read_dir(self.place.path()).unwrap() {
            let path: PathBuf = entry.unwrap().path();
            let file = path.file_name().unwrap().to_string_lossy().into_owned();
            if file.starts_with("server.db") || file == "checkpoints" {
                hunt.place(format!("{name}: {file}"), fs::read(&path).unwrap());
            }
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
