//! What is shipped for running it: files under `deploy/` and the image's, held against the real binary.

#![allow(clippy::unwrap_used)]

mod files;
mod healthcheck;
mod metrics;
mod settings;

use std::{
    fs,
    net::{SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

/// The longest that a test waits for something that must come.
const PATIENCE: Duration = Duration::from_secs(30);

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|e| panic!("{path}: {e}"))
}

/// Every file below `dir`.
fn below(dir: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(root().join(dir)).unwrap().map(|entry| entry.unwrap().path());
    let (dirs, mut files): (Vec<_>, Vec<_>) = entries.partition(|path| path.is_dir());
    files.extend(dirs.iter().flat_map(|dir| below(&dir.display().to_string())));
    files
}

/// Words of these letters that begin like this, each once.
fn words(text: &str, start: &str, letter: impl Fn(char) -> bool) -> Vec<String> {
    let all = text.match_indices(start).filter(|(at, _)| !text[..*at].ends_with(|c: char| letter(c)));
    let mut found: Vec<String> = all.map(|(at, _)| text[at..].chars().take_while(|c| letter(*c)).collect()).collect();
    found.sort();
    found.dedup();
    found
}

fn free_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

/// The binary, with no settings but these.
fn countersign(dir: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_countersign"));
    command.current_dir(dir).env_clear().stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

/// A server process; it ends with this.
struct Server {
    child: Child,
    address: SocketAddr,
    dir: tempfile::TempDir,
}

impl Server {
    /// `countersign demo`, listening.
    fn demo() -> Self {
        let (dir, address) = (tempfile::tempdir().unwrap(), free_address());
        let mut command = countersign(dir.path());
        command.arg("demo").env("COUNTERSIGN_LISTEN", address.to_string()).env("TMPDIR", dir.path());
        // A platform that nobody reaches is one whose metrics are there.
        command.env("SLACK_BOT_TOKEN", "xoxb-1").env("SLACK_SIGNING_SECRET", "0123456789abcdef0123456789abcdef");
        command.env("SLACK_API_URL", "http://127.0.0.1:9");
        Self::started(command, dir, address)
    }

    fn started(mut command: Command, dir: tempfile::TempDir, address: SocketAddr) -> Self {
        let mut server = Self { child: command.spawn().unwrap(), address, dir };
        let until = Instant::now() + PATIENCE;
        while std::net::TcpStream::connect(address).is_err() {
            let over = server.child.try_wait().unwrap();
            assert!(over.is_none() && Instant::now() < until, "the server did not start: {over:?}");
            std::thread::sleep(Duration::from_millis(20));
        }
        server
    }

    async fn post(&self, person: &str, path: &str, body: serde_json::Value) -> serde_json::Value {
        let http = reqwest::Client::new().post(format!("http://{}/api/v1/{path}", self.address));
        let answer = http.bearer_auth(format!("demo:{person}")).json(&body).send().await.unwrap();
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        answer.json().await.unwrap()
    }

    async fn get(&self, path: &str) -> String {
        let answer = reqwest::get(format!("http://{}{path}", self.address)).await.unwrap();
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        answer.text().await.unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
