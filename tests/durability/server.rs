//! A real server process.

use crate::place::Place;
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use std::{
    fs::OpenOptions,
    net::{SocketAddr, TcpListener, TcpStream},
    process::{Child, Command, ExitStatus, Stdio},
    time::{Duration, Instant},
};

/// The longest that a test waits for something that must come.
pub const PATIENCE: Duration = Duration::from_secs(30);
/// Between two looks.
pub const LOOK: Duration = Duration::from_millis(20);

pub struct Server {
    child: Child,
    address: SocketAddr,
    pub http: Client,
}

/// An address that nobody listens on. The server gets the same one again after each start.
pub fn free_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

impl Server {
    /// Starts one and returns at once.
    pub fn spawn(place: &Place, address: SocketAddr) -> Self {
        let log = OpenOptions::new().create(true).append(true).open(place.path("log")).unwrap();
        let mut command = place.countersign();
        command.arg("demo").env("COUNTERSIGN_LISTEN", address.to_string()).stdin(Stdio::null()).stdout(Stdio::null());
        let child = command.stderr(log).spawn().unwrap();
        let http = Client::builder().timeout(PATIENCE).build().unwrap();
        Self { child, address, http }
    }

    /// Starts one and returns when it is ready.
    pub async fn start(place: &Place, address: SocketAddr) -> Self {
        Self::start_until(place, address, StatusCode::OK).await
    }

    /// Starts one and returns when `/readyz` says this.
    pub async fn start_until(place: &Place, address: SocketAddr, status: StatusCode) -> Self {
        let mut server = Self::spawn(place, address);
        // How fast it starts is not what is tested here, and the machine may have other things to do.
        let until = Instant::now() + 4 * PATIENCE;
        while server.ready().await != Some(status) {
            let over = server.child.try_wait().unwrap();
            let log = || std::fs::read_to_string(place.path("log")).unwrap_or_default();
            assert!(over.is_none() && Instant::now() < until, "the server did not start: {over:?}\n{}", log());
            tokio::time::sleep(LOOK).await;
        }
        server
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What `/readyz` says; `None` when nobody answers.
    pub async fn ready(&self) -> Option<StatusCode> {
        Some(self.http.get(format!("{}/readyz", self.url())).send().await.ok()?.status())
    }

    /// Looks until `/readyz` says this.
    pub async fn until_ready_says(&self, status: StatusCode) {
        let until = Instant::now() + PATIENCE;
        while self.ready().await != Some(status) {
            assert!(Instant::now() < until, "/readyz never said {status}");
            tokio::time::sleep(LOOK).await;
        }
    }

    pub async fn get(&self, path: &str) -> (StatusCode, String) {
        let answer = self.http.get(format!("{}{path}", self.url())).send().await.unwrap();
        (answer.status(), answer.text().await.unwrap())
    }

    /// Asks for access; status, content type and body of the answer.
    pub async fn ask(&self, person: &str, resource: &str) -> (StatusCode, String, Value) {
        let request = self.http.post(format!("{}/api/v1/requests", self.url())).bearer_auth(format!("demo:{person}"));
        let answer = request.json(&json!({"resource": resource, "duration": "1h"})).send().await.unwrap();
        let kind = answer.headers().get("content-type").map(|v| v.to_str().unwrap().to_owned()).unwrap_or_default();
        (answer.status(), kind, answer.json().await.unwrap())
    }

    /// Moves the demo's clock of this process; microseconds since the epoch that it shows then.
    pub async fn advance(&self, by: &str) -> i64 {
        let request = self.http.post(format!("{}/demo/advance", self.url())).json(&json!({"by": by}));
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        let moved: Value = answer.json().await.unwrap();
        crate::checker::moment(&moved["now"])
    }

    /// What the proxy before a page of `web-{n}` is told about this person.
    pub async fn gate(&self, person: &str, app: &str) -> StatusCode {
        let request = self.http.get(format!("{}/authz", self.url())).bearer_auth(format!("demo:{person}"));
        request.header("x-original-url", format!("http://{app}.acme.internal/")).send().await.unwrap().status()
    }

    /// A grant as the API shows it.
    pub async fn grant(&self, person: &str, id: &str) -> Value {
        let request = self.http.get(format!("{}/api/v1/grants/{id}", self.url())).bearer_auth(format!("demo:{person}"));
        request.send().await.unwrap().json().await.unwrap()
    }

    /// Asks, and has the first team lead approve; the request's id.
    pub async fn granted(&self, person: &str, resource: &str, duration: &str) -> String {
        let post = |path: String, person: &str, body: Value| {
            self.http
                .post(format!("{}/api/v1/{path}", self.url()))
                .bearer_auth(format!("demo:{person}"))
                .json(&body)
                .send()
        };
        let asked = post("requests".into(), person, json!({"resource": resource, "duration": duration})).await.unwrap();
        let asked: Value = asked.json().await.unwrap();
        let id = asked["id"].as_str().unwrap_or_else(|| panic!("{asked}")).to_owned();
        let voted = post(format!("requests/{id}/votes"), "lead0", json!({"decision": "approve"})).await.unwrap();
        assert_eq!(voted.status(), StatusCode::OK);
        id
    }

    /// `kill -STOP`, `kill -CONT`
    pub fn signal(&self, name: &str) {
        let done = Command::new("sh").arg("-c").arg(format!("kill -{name} {}", self.child.id())).status().unwrap();
        assert!(done.success());
    }

    /// `kill -9`
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// `kill -TERM`
    pub fn terminate(&self) {
        self.signal("TERM");
    }

    /// How it ended; it must have within `longest`.
    pub async fn ended(mut self, longest: Duration) -> ExitStatus {
        let until = Instant::now() + longest;
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(Instant::now() < until, "the server has not ended within {longest:?}");
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Looks until new connections are refused.
    pub async fn until_closed(&self) {
        let until = Instant::now() + PATIENCE;
        while TcpStream::connect(self.address).is_ok() {
            assert!(Instant::now() < until, "the server still takes connections");
            tokio::time::sleep(LOOK).await;
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
