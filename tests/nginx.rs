//! forward-auth with a real nginx, on the very configuration that connectors/forward-auth/README.md hands out.
//! Runs when `COUNTERSIGN_TEST_NGINX` is set.

#![cfg(feature = "forward-auth")]
#![allow(clippy::unwrap_used, clippy::print_stdout)]

#[path = "world/mod.rs"]
mod world;

use axum::{Router, http::HeaderMap, http::Method};
use countersign_engine::time::Length;
use countersign_forward_auth::{Gate, Settings, Signer, Target};
use reqwest::{Client, RequestBuilder, header, redirect::Policy};
use std::{
    collections::BTreeMap,
    env, fs,
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    sync::Arc,
};
use tokio::net::TcpListener;
use world::{Making, World};

const HOST: &str = "grafana.acme.internal";
/// Another app behind the same nginx, which nobody has a grant for.
const OTHER: &str = "k8s.acme.internal";

/// nginx in the foreground; ends with the test.
struct Nginx(Child);

impl Drop for Nginx {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The whole scene: app, proxy, Countersign.
struct Scene {
    w: World,
    _nginx: Nginx,
    port: u16,
    client: Client,
}

impl Scene {
    async fn set() -> Option<Self> {
        if env::var("COUNTERSIGN_TEST_NGINX").is_err() {
            assert!(env::var("COUNTERSIGN_TEST_STRICT").is_err(), "COUNTERSIGN_TEST_NGINX is not set");
            println!("skipped: COUNTERSIGN_TEST_NGINX is not set");
            return None;
        }
        let host = |host: &str| Target { hosts: vec![host.into()] };
        let targets = BTreeMap::from([("grafana".into(), host(HOST)), ("k8s-prod".into(), host(OTHER))]);
        let gate =
            Gate::new(&Settings::default(), &targets, "http://127.0.0.1:8080", Signer::derived(&[3; 32]).unwrap())
                .unwrap();
        let gate = Arc::new(gate);
        let mut making = Making::default();
        making.connectors.insert("forward-auth".into(), gate.clone());
        making.gate = Some(gate);
        let w = World::made(making).await;
        let countersign = serve(w.app.router()).await;
        let app = serve(Router::new().fallback(echo)).await;
        let port = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
        let nginx = start(w.place.path(), port, app, countersign);
        let client = Client::builder().redirect(Policy::none()).no_proxy().build().unwrap();
        Some(Self { w, _nginx: nginx, port, client })
    }
    /// A request to the app, as a visitor sends it.
    fn visit(&self, path: &str) -> RequestBuilder {
        self.client
            .get(format!("http://127.0.0.1:{}{path}", self.port))
            .header(header::HOST, format!("{HOST}:{}", self.port))
    }
    async fn status_for(&self, person: &str) -> u16 {
        self.visit("/d/1").bearer_auth(format!("demo:{person}")).send().await.unwrap().status().as_u16()
    }
    async fn open(&self) -> String {
        let id = self.w.api("dev").request("grafana", "10m").await.id();
        self.w.api("lisa").approve(&id).await;
        self.w.settle().await;
        id
    }
}

/// The app: says what it was told.
async fn echo(method: Method, headers: HeaderMap, body: String) -> String {
    let told = headers.iter().filter(|(name, _)| name.as_str().starts_with("x-countersign"));
    let told: Vec<String> = told.map(|(name, value)| format!("{name}={}", value.to_str().unwrap())).collect();
    format!("{method} {body}\n{}", told.join("\n"))
}

async fn serve(router: Router) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, service).await });
    port
}

fn start(place: &Path, port: u16, app: u16, countersign: u16) -> Nginx {
    let readme = include_str!("../connectors/forward-auth/README.md");
    let server = readme.split_once("```nginx\n").and_then(|(_, rest)| rest.split_once("```")).unwrap().0;
    let server: String =
        server.lines().filter(|line| !line.contains("ssl_certificate")).map(|line| format!("{line}\n")).collect();
    let server = server
        .replace("listen 443 ssl;", &format!("listen 127.0.0.1:{port};"))
        .replace("$server_name$request_uri", &format!("$server_name:{port}$request_uri"))
        .replace("127.0.0.1:3000", &format!("127.0.0.1:{app}"))
        .replace("127.0.0.1:8080", &format!("127.0.0.1:{countersign}"));
    let server = format!("{server}{}", server.replace(HOST, OTHER));
    let place_text = place.display();
    let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .iter()
        .map(|kind| format!("{kind}_temp_path {place_text}/{kind};\n"))
        .collect();
    let text = format!(
        "daemon off; master_process off; pid {place_text}/nginx.pid; error_log {place_text}/nginx.err;\n\
         events {{}}\nhttp {{\naccess_log off;\n{temporary}{server}}}\n"
    );
    let file = place.join("nginx.conf");
    fs::write(&file, text).unwrap();
    let child = Command::new("nginx").arg("-c").arg(&file).arg("-p").arg(place).stderr(Stdio::null()).spawn();
    let mut nginx = Nginx(child.unwrap_or_else(|e| panic!("nginx does not start: {e}")));
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        if let Some(status) = nginx.0.try_wait().unwrap() {
            panic!("nginx ended with {status}: {}", fs::read_to_string(place.join("nginx.err")).unwrap_or_default());
        }
        std::thread::yield_now();
    }
    nginx
}

/// rules 25, 38: closed, open, closed; each request is asked about.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_is_open_as_long_as_the_grant() {
    let Some(scene) = Scene::set().await else { return };
    assert_eq!(scene.status_for("dev").await, 403);
    let id = scene.open().await;
    assert_eq!((scene.status_for("dev").await, scene.status_for("lisa").await), (200, 403));
    let posted = scene.visit("/d/1").bearer_auth("demo:dev").build().unwrap();
    let posted = scene.client.post(posted.url().clone()).headers(posted.headers().clone()).body("a form");
    assert!(posted.send().await.unwrap().text().await.unwrap().starts_with("POST a form"));
    scene.w.api("dev").post(&format!("/api/v1/grants/{id}/end"), serde_json::json!({})).await;
    assert_eq!(scene.status_for("dev").await, 403, "ended by its holder");
    scene.w.settle().await;
    scene.open().await;
    assert_eq!(scene.status_for("dev").await, 200);
    scene.w.clock.advance(Length::minutes(10).delta());
    assert_eq!(scene.status_for("dev").await, 403, "expired");
}

/// The way of a browser: sent to sign in, back with a pass, in with a cookie of the app's host.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_browser_is_recognised() {
    let Some(scene) = Scene::set().await else { return };
    scene.open().await;
    let sent = scene.visit("/d/1?x=1&y=2").send().await.unwrap();
    assert_eq!(sent.status(), 302);
    let login = sent.headers()["location"].to_str().unwrap();
    let path = login.strip_prefix("http://127.0.0.1:8080").unwrap_or_else(|| panic!("{login}"));

    let session = scene.w.app.web.credentials.new_session(&"dev".into()).await.unwrap();
    let request = axum::http::Request::builder().uri(path).header("cookie", format!("countersign={session}"));
    let landing =
        scene.w.app.router().layer(axum::extract::connect_info::MockConnectInfo(SocketAddr::from(([127, 0, 0, 1], 1))));
    let landing = tower::ServiceExt::oneshot(landing, request.body(axum::body::Body::empty()).unwrap()).await.unwrap();
    let landing = landing.headers()["location"].to_str().unwrap().to_owned();
    let path = landing.strip_prefix(&format!("http://{HOST}:{}", scene.port)).unwrap_or_else(|| panic!("{landing}"));

    let entered = scene.visit(path).send().await.unwrap();
    assert_eq!(
        entered.headers()["location"].to_str().unwrap().trim_start_matches(&format!("http://{HOST}:{}", scene.port)),
        "/d/1?x=1&y=2"
    );
    let cookie = entered.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    let page = scene.visit("/d/1?x=1&y=2").header("cookie", cookie).send().await.unwrap();
    assert_eq!(page.status(), 200);
    assert!(page.text().await.unwrap().contains("x-countersign-user=dev"));
}

/// THREATS C19: what a visitor sends neither opens a page nor reaches the app.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn abuse_c19_spoofed_headers_through_nginx() {
    let Some(scene) = Scene::set().await else { return };
    scene.open().await;
    let spoofed = [
        ("x-countersign-user", "manager"),
        ("x-countersign-email", "boss@acme.com"),
        ("x-countersign-identity", "e.y.J"),
        ("x-original-url", "http://open.acme.internal/"),
        ("x-original-uri", "/other"),
        ("x-forwarded-host", "open.acme.internal"),
        ("x-forwarded-uri", "/other"),
        ("x-forwarded-method", "GET"),
        ("x-forwarded-proto", "https"),
    ];
    let visit = |person: &str| {
        let visit = scene.visit("/d/1").bearer_auth(format!("demo:{person}"));
        spoofed.iter().fold(visit, |visit, (name, value)| visit.header(*name, *value)).send()
    };
    assert_eq!(visit("lisa").await.unwrap().status(), 403);
    let page = visit("dev").await.unwrap().text().await.unwrap();
    assert!(page.contains("x-countersign-user=dev") && page.contains("x-countersign-email=dev@acme.com"), "{page}");
    assert!(!page.contains("manager") && !page.contains("boss") && !page.contains("e.y.J"), "{page}");
    let asked_directly = scene.visit("/_countersign").send().await.unwrap();
    assert_eq!(asked_directly.status(), 404, "the question is nginx's own");
}

/// THREATS C19: the request line of an HTTP/1.1 request can name another host than its Host header. Which app answers is
/// nginx's choice by the request line, so that app's own name must be what is asked about.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn abuse_c19_a_grant_for_one_app_opens_no_other() {
    let Some(scene) = Scene::set().await else { return };
    scene.open().await;
    assert_eq!(scene.status_for("dev").await, 200);
    let attack = |line_host: &str, host: &str| {
        let (port, line) = (scene.port, format!("GET http://{line_host}/secret HTTP/1.1\r\nHost: {host}\r\n"));
        let text = format!("{line}Authorization: Bearer demo:dev\r\nConnection: close\r\n\r\n");
        let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
        stream.write_all(text.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer.split(' ').nth(1).unwrap_or_default().to_owned()
    };
    assert_eq!(attack(HOST, HOST), "200", "the honest request");
    assert_eq!(attack(OTHER, HOST), "403", "the other app, in grafana's name");
    assert_eq!(attack(OTHER, OTHER), "403", "the other app");
}
