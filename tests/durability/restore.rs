//! The database is put back as it was a while ago, under a real server with a real target (THREATS C10).
//!
//! `COUNTERSIGN_TEST_SEEDS` says how many histories are played (2 when unset).

use crate::{
    place::Place,
    postgres::Cluster,
    server::{self, LOOK, PATIENCE, Server},
};
use reqwest::StatusCode;
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Executor, PgPool};
use std::{
    collections::BTreeSet,
    os::unix::fs::PermissionsExt,
    time::{Duration, Instant},
};

/// Long enough for every lane to have looked several times.
const A_WHILE: Duration = Duration::from_secs(2);

fn seeds() -> u64 {
    std::env::var("COUNTERSIGN_TEST_SEEDS").ok().map_or(2, |text| text.parse().expect("a number of seeds"))
}

/// The same numbers for the same seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }
}

/// A server whose grants are roles of a real PostgreSQL.
struct Drill {
    place: Place,
    server: Option<Server>,
    target: PgPool,
    dice: Dice,
    asked: usize,
}

impl Drill {
    async fn new(cluster: &Cluster, seed: u64) -> Self {
        let mut place = Place::sqlite();
        place.set("TARGET_PASSWORD", "none");
        let port = cluster.address().port();
        let policy = std::fs::read_to_string(place.path("policy.toml")).unwrap();
        let policy = policy.replacen("teams = [", "administrators = [\"person = boss0\"]\nteams = [", 1);
        let more = format!(
            "[connectors.target]\nkind = \"postgres\"\nhost = \"127.0.0.1\"\nport = {port}\nadmin_user = \"postgres\"\n\
             password_env = \"TARGET_PASSWORD\"\ntls = \"disable\"\nreassign_to = \"leftovers\"\nmark = \"drill{seed}\"\n\
             [[resources]]\nid = \"db\"\nkind = \"database\"\nmax_duration = \"8h\"\nconnector = \"target\"\n\
             access = [\"read\"]\ntarget = {{ roles = {{ read = [\"app\"] }} }}\n\
             [[workflows]]\nid = \"db\"\nmatch = {{ resources = [\"db\"] }}\n\
             steps = [{{ name = \"Lead\", approvers = [\"level >= team-lead\"] }}]\n"
        );
        std::fs::write(place.path("policy.toml"), format!("{policy}\n{more}")).unwrap();
        let target = PgPool::connect(&cluster.url()).await.unwrap();
        let mut drill = Self { place, server: None, target, dice: Dice(seed), asked: 0 };
        drill.start(StatusCode::OK).await;
        drill
    }

    async fn start(&mut self, status: StatusCode) {
        self.server = Some(Server::start_until(&self.place, server::free_address(), status).await);
    }

    fn server(&self) -> &Server {
        self.server.as_ref().unwrap()
    }

    async fn stop(&mut self) {
        let server = self.server.take().unwrap();
        server.terminate();
        assert!(server.ended(PATIENCE).await.success());
    }

    async fn post(&self, person: &str, path: &str, body: Value) -> (StatusCode, Value) {
        let server = self.server();
        let request = server.http.post(format!("{}/api/v1{path}", server.url())).bearer_auth(format!("demo:{person}"));
        let answer = request.json(&body).send().await.unwrap();
        (answer.status(), answer.json().await.unwrap())
    }

    /// Asks; the request's id and who it is for.
    async fn ask(&mut self) -> (String, String) {
        let person = format!("dev{}", self.asked);
        self.asked += 1;
        let (status, json) = self.post(&person, "/requests", json!({"resource": "db", "duration": "1h"})).await;
        assert_eq!(status, StatusCode::CREATED, "{json}");
        (json["id"].as_str().unwrap().to_owned(), person)
    }

    async fn approve(&self, id: &str) -> (StatusCode, Value) {
        self.post("lead0", &format!("/requests/{id}/votes"), json!({"decision": "approve"})).await
    }

    /// Asks, gets it, and waits until the target has it.
    async fn hold(&mut self) -> (String, String) {
        let (id, person) = self.ask().await;
        assert_eq!(self.approve(&id).await.0, StatusCode::OK);
        self.until(&id, true).await;
        (id, person)
    }

    async fn end(&self, (id, person): &(String, String)) {
        let (status, json) = self.post(person, &format!("/grants/{id}/end"), json!({})).await;
        assert_eq!(status, StatusCode::OK, "{json}");
        self.until(id, false).await;
    }

    async fn until(&self, id: &str, there: bool) {
        let until = Instant::now() + PATIENCE;
        while self.roles().await.contains(&role(id)) != there {
            let log = || std::fs::read_to_string(self.place.path("log")).unwrap_or_default();
            assert!(Instant::now() < until, "the target never came to {there} for {id}\n{}", log());
            tokio::time::sleep(LOOK).await;
        }
    }

    /// What the target holds.
    async fn roles(&self) -> BTreeSet<String> {
        let query = "SELECT rolname::text FROM pg_roles WHERE rolname LIKE 'cs\\_%'";
        sqlx::query_scalar(query).fetch_all(&self.target).await.unwrap().into_iter().collect()
    }

    /// With the server at work.
    fn back_up(&self) {
        let (done, said) = self.command(&["backup", "--to", "backup.db"]);
        assert!(done, "{said}");
        let mode = std::fs::metadata(self.place.path("backup.db")).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{mode:o}");
        let (again, said) = self.command(&["backup", "--to", "backup.db"]);
        assert!(!again && said.contains("there already"), "{said}");
    }

    fn put_back(&self) {
        for rest in ["server.db-wal", "server.db-shm"] {
            let _ = std::fs::remove_file(self.place.path(rest));
        }
        std::fs::copy(self.place.path("backup.db"), self.place.path("server.db")).unwrap();
    }

    fn command(&self, arguments: &[&str]) -> (bool, String) {
        let done = self.place.countersign().args(arguments).output().unwrap();
        (done.status.success(), String::from_utf8([done.stdout, done.stderr].concat()).unwrap())
    }
}

fn role(id: &str) -> String {
    format!("cs_{}", id.to_ascii_lowercase())
}

/// One history: what is held, ended, asked and given before and after the backup differs from seed to seed.
async fn a_restored_database(cluster: &Cluster, seed: u64) {
    let mut drill = Drill::new(cluster, seed).await;
    let (mut kept, mut ended) = (Vec::new(), Vec::new());
    for _ in 0..2 + drill.dice.below(3) {
        kept.push(drill.hold().await);
    }
    for _ in 0..1 + drill.dice.below(2) {
        ended.push(drill.hold().await);
    }
    let open = drill.ask().await;
    drill.back_up();

    for held in &ended {
        drill.end(held).await;
    }
    let mut unknown = Vec::new();
    for _ in 0..1 + drill.dice.below(3) {
        unknown.push(drill.hold().await);
    }
    if drill.dice.below(2) == 0 {
        assert_eq!(
            drill.post("lead1", &format!("/requests/{}/votes", open.0), json!({"decision": "deny"})).await.0,
            200
        );
    }
    // The instance file is a second behind at most.
    tokio::time::sleep(A_WHILE).await;
    drill.stop().await;
    let before = drill.roles().await;
    drill.put_back();

    drill.start(StatusCode::SERVICE_UNAVAILABLE).await;
    quarantined(&drill, &open.0).await;
    assert_eq!(drill.roles().await, before, "seed {seed}: nothing is granted or revoked in quarantine");
    let (done, report) = drill.command(&["restore", "report"]);
    assert!(done && unknown.iter().all(|(id, _)| report.contains(&role(id))), "{report}");

    let orphans = drill.dice.below(2) == 0;
    let mut words = vec!["restore", "confirm", "--by", "boss0", "--note", "the disk died"];
    words.extend(orphans.then_some("--revoke-orphans"));
    let (done, said) = drill.command(&words);
    assert!(done && said.contains("epoch 2 begins"), "{said}");
    drill.server().until_ready_says(StatusCode::OK).await;
    tokio::time::sleep(A_WHILE).await;
    let (after, rest): (_, BTreeSet<String>) = (
        drill.roles().await,
        kept.iter().chain(if orphans { &[][..] } else { &unknown }).map(|(id, _)| role(id)).collect(),
    );
    assert_eq!(after, rest, "seed {seed}: 0 wrong revokes, 0 resurrected grants");
    // And it works again.
    let again = drill.hold().await;
    drill.end(&again).await;
    for held in &kept {
        drill.end(held).await;
    }
    drill.stop().await;
    let (done, said) = drill.command(&["audit", "verify"]);
    assert!(done && said.contains("epoch 2: restored to") && said.contains("confirmed by boss0"), "{said}");
    for (id, _) in unknown.iter().filter(|_| !orphans) {
        drill.target.execute(AssertSqlSafe(format!("DROP OWNED BY {0}; DROP ROLE {0}", role(id)))).await.unwrap();
    }
}

async fn quarantined(drill: &Drill, open: &str) {
    let (status, why) = drill.server().get("/readyz").await;
    assert!(status == 503 && why.contains("quarantine"), "{status} {why}");
    assert!(drill.server().get("/metrics").await.1.contains("countersign_quarantined 1"));
    let (status, refusal) = drill.approve(open).await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "{refusal}");
    assert!(refusal["detail"].as_str().unwrap().contains("restore confirm"), "{refusal}");
    tokio::time::sleep(A_WHILE).await;
    assert_eq!(drill.server().get("/healthz").await.0, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn abuse_c10_a_restored_database_grants_and_revokes_nothing_wrong() {
    let Some(cluster) = Cluster::new("abuse_c10_a_restored_database") else { return };
    let admin = PgPool::connect(&cluster.url()).await.unwrap();
    admin.execute("CREATE ROLE app NOLOGIN; CREATE ROLE leftovers NOLOGIN").await.unwrap();
    for seed in 0..seeds() {
        a_restored_database(&cluster, seed).await;
    }
    println!("{} histories: 0 wrong revokes, 0 resurrected grants", seeds());
}

/// An empty database beside what a server remembers is nobody's new installation.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn abuse_c10_an_empty_database_is_noticed() {
    let place = Place::sqlite();
    let server = Server::start(&place, server::free_address()).await;
    assert_eq!(server.ask("dev1", "prod-1").await.0, StatusCode::CREATED);
    tokio::time::sleep(A_WHILE).await;
    server.terminate();
    assert!(server.ended(PATIENCE).await.success());
    for file in ["server.db", "server.db-wal", "server.db-shm"] {
        let _ = std::fs::remove_file(place.path(file));
    }
    let server = Server::start_until(&place, server::free_address(), StatusCode::SERVICE_UNAVAILABLE).await;
    assert!(server.get("/readyz").await.1.contains("quarantine"));
    assert_eq!(server.ask("dev1", "prod-1").await.0, StatusCode::SERVICE_UNAVAILABLE);
}
