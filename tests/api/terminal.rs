//! The client side of the command line, against a server on the loopback.

use crate::{granted, server::World};
use clap::Parser;
use countersign::cli::client::{ClientCommand, Outcome, execute};
use countersign_engine::time::Length;
use std::net::SocketAddr;
use tokio::net::TcpListener;

struct Terminal {
    at: SocketAddr,
}

impl Terminal {
    async fn of(w: &World) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let at = listener.local_addr().expect("an address");
        let router = w.router.clone();
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { at }
    }

    /// A line as people type it, `{}` in place of nothing.
    async fn types(&self, person: &str, words: &[&str]) -> Outcome {
        typed(words, &["--url", &format!("http://{}", self.at), "--token", &format!("demo:{person}")]).await
    }
}

#[derive(Parser)]
struct Line {
    #[command(subcommand)]
    command: ClientCommand,
}

async fn typed(words: &[&str], options: &[&str]) -> Outcome {
    let line = ["countersign"].iter().chain(words).chain(options);
    execute(Line::try_parse_from(line).expect("a command").command).await
}

/// Short ids are drawn at random; everything else stands still.
fn settled(text: &str, id: &str) -> String {
    text.replace(id, "req-0000")
}

#[tokio::test]
async fn from_asking_to_the_end() {
    let w = World::demo().await;
    let t = Terminal::of(&w).await;
    let asked = t.types("dev", &["request", "prod-db", "4h", "billing migration"]).await;
    assert_eq!(asked.code, 0, "{}", asked.complaint);
    let id: String = asked.text.split_whitespace().next().expect("an id").to_owned();
    let mut story = vec![asked];
    w.advance(Length::minutes(2)).await;
    let note = "be \u{1b}[31mquick";
    story.push(t.types("lisa", &["approve", &id, "--duration", "1h", "--note", note]).await);
    t.types("manager", &["approve", &id]).await;
    story.push(t.types("sec1", &["approve", &id]).await);
    t.types("sec2", &["approve", &id]).await;
    w.settle().await;
    story.push(t.types("dev", &["show", &id.to_uppercase()]).await);
    story.push(t.types("dev", &["list", "--mine"]).await);
    story.push(t.types("dev", &["end", &id]).await);
    assert!(story.iter().all(|o| o.code == 0 && o.complaint.is_empty()), "{story:?}");
    let text = story.iter().map(|o| o.text.as_str()).collect::<Vec<_>>().join("\n");
    assert!(!text.contains('\u{1b}'), "no escape reaches the terminal");
    insta::assert_snapshot!(settled(&text, &id));
}

#[tokio::test]
async fn complaints_and_exit_codes() {
    let w = World::demo().await;
    let t = Terminal::of(&w).await;
    let id = granted(&w).await;
    let mut told = Vec::new();
    let lines: [(&str, &[&str]); 8] = [
        ("dev", &["request", "prod-dbb", "4h"]),
        ("dev", &["request", "grafana", "9h"]),
        ("dev", &["request", "grafana", "soon"]),
        ("dev", &["request", "prod-db", "4h"]),
        ("nobody", &["show", &id]),
        ("dev", &["show", "req-zzzz"]),
        ("lisa", &["end", &id]),
        ("sec3", &["deny", &id, "--note", "too late"]),
    ];
    for (person, words) in lines {
        let outcome = t.types(person, words).await;
        assert_eq!((outcome.code, outcome.text.as_str()), (1, ""), "{}", outcome.complaint);
        told.push(settled(&outcome.complaint, &id));
    }
    insta::assert_snapshot!(told.join("\n"));

    assert_eq!(t.types("dev", &["show", "../../x"]).await.code, 2);
    let show: [&str; 2] = ["show", &id];
    assert_eq!(typed(&show, &["--url", "http://127.0.0.1:1", "--token", "x"]).await.code, 3);
    assert_eq!(typed(&show, &["--url", "ftp://x", "--token", "x"]).await.code, 2);
    assert_eq!(typed(&show, &["--token", ""]).await.code, 2);
}

#[tokio::test]
async fn json_for_scripts() {
    let w = World::demo().await;
    let t = Terminal::of(&w).await;
    let shown = t.types("dev", &["request", "prod-db", "4h", "\u{1b}]0;x\u{7}", "--json"]).await;
    let value: serde_json::Value = serde_json::from_str(&shown.text).expect("JSON");
    assert_eq!((value["state"].as_str(), value["reason"].as_str()), (Some("pending"), Some("\u{1b}]0;x\u{7}")));
    assert!(!shown.text.contains('\u{1b}'));
    let refused = t.types("dev", &["request", "prod-db", "4h", "--json"]).await;
    let problem: serde_json::Value = serde_json::from_str(&refused.text).expect("JSON");
    assert_eq!((refused.code, problem["code"].as_str()), (1, Some("already_open")));
}
