//! The authorisation matrix on every surface: the same person, the same command and the same state get the same sentence,
//! byte for byte, in every chat, at the API, on the console and in the terminal (THREATS B06, B12).

use crate::office::Office;
use axum::body::{Body, to_bytes};
use axum::http::{Request as HttpRequest, header};
use clap::Parser;
use countersign::cli::client::{ClientCommand, execute};
use countersign_engine::{
    command::{Command, Trim},
    decide,
    id::PersonId,
    person::Platform,
    refusal::Refusal,
    request::{Request, Via},
    words,
};
use countersign_kit::{PEOPLE, STRANGER};
use serde_json::json;
use tokio::net::TcpListener;

/// Everybody with another part to play: the requester, three kinds of approver, and somebody of a later step.
const ACTORS: [&str; 5] = ["dev", "lisa", "manager", "sec1", "sec4"];
const VERBS: [&str; 4] = ["approve", "deny", "cancel", "end"];

struct Matrix {
    office: Office,
    url: String,
    request: Request,
    /// Cells that were compared.
    compared: usize,
}

impl Matrix {
    async fn new() -> Self {
        let office = Office::everywhere().await;
        let id = office.w.api("dev").request("prod-db", "4h").await.id();
        office.w.settle().await;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let router = office.w.app.router();
        tokio::spawn(async move { axum::serve(listener, router).await });
        let request = office.w.store.request(&id).await.unwrap().unwrap();
        Self { office, url, request, compared: 0 }
    }

    /// Somebody votes at the API.
    async fn votes(&mut self, person: &str, decision: &str) {
        let body = json!({"decision": decision, "note": "as agreed"});
        let said = self.office.w.api(person).vote(self.request.short_id.as_str(), body).await;
        assert_eq!(said.status, 200, "{person}: {}", said.text);
        self.settle().await;
    }

    async fn settle(&mut self) {
        self.office.w.settle().await;
        self.request = self.office.w.store.request(self.request.id.as_str()).await.unwrap().unwrap();
    }

    /// Every refusal of this state, on every surface; what would be accepted is left alone.
    async fn compare(&mut self, state: &str) {
        for actor in ACTORS {
            for verb in VERBS {
                let Some(refusal) = self.refusal(actor, verb) else { continue };
                let wanted = words::refusal(&refusal);
                self.in_chats(actor, verb, &wanted, state).await;
                self.elsewhere(actor, verb, &words::refusal(&refusal), state).await;
            }
        }
        let size = self.office.w.store.audit_head().await.unwrap().size;
        assert_eq!(size as u64, self.request.version, "{state}: a refusal was recorded");
    }

    /// What the engine itself says, without doing it.
    fn refusal(&self, actor: &str, verb: &str) -> Option<Refusal> {
        let via = Via { platform: Platform::Console, account: None };
        let policy = self.office.w.app.web.service.policy.get();
        let now = self.office.w.now();
        decide::decide(&self.request, &PersonId::new(actor), &via, command(verb), &policy, now).err()
    }

    async fn in_chats(&mut self, actor: &str, verb: &str, expected: &str, state: &str) {
        let who = PEOPLE.iter().position(|person| *person == actor).unwrap() + 1;
        let pending = self.request.state.is_pending();
        for stage in self.office.stages() {
            let pressed = matches!(verb, "approve" | "deny");
            let told = match verb {
                "approve" if pending => stage.presses(who, "Approve").await,
                "deny" if pending => stage.denies(who, "no").await,
                "cancel" | "end" => stage.types(who, &format!("{verb} {}", self.request.short_id)).await,
                // Cards that are decided have no such buttons.
                _ => continue,
            };
            let shown = plain(&told);
            // A card in a place is seen by whoever presses it; a request that is only named may be none of theirs.
            let unseen = !pressed && self.unseen_by(actor).await;
            let expected = if unseen { self.not_found() } else { expected.to_owned() };
            assert!(shown.contains(&plain(&expected)), "{state}, {actor}, {verb}, {}: {told}", stage.platform());
            self.compared += 1;
        }
    }

    async fn unseen_by(&self, actor: &str) -> bool {
        self.office.w.api(actor).get(&format!("/api/v1/requests/{}", self.request.short_id)).await.status == 404
    }

    fn not_found(&self) -> String {
        words::refusal(&Refusal::NotFound { wanted: self.request.short_id.to_string() })
    }

    /// REST, the terminal and the console; who may not see a request hears there that there is none.
    async fn elsewhere(&mut self, actor: &str, verb: &str, expected: &str, state: &str) {
        let rest = self.rest(actor, verb).await;
        let unseen = rest.status == 404;
        let wanted =
            if unseen { rest.json["detail"].as_str().unwrap_or_default().to_owned() } else { expected.to_owned() };
        assert_eq!(rest.json["detail"], wanted.as_str(), "{state}, {actor}, {verb}: {}", rest.text);
        let typed = self.terminal(actor, verb).await;
        assert!(typed.contains(&wanted), "{state}, {actor}, {verb}, terminal: {typed}");
        let page = self.console(actor, verb).await;
        if !unseen {
            assert!(page.contains(&wanted), "{state}, {actor}, {verb}, console: {page}");
        }
        self.compared += 3;
    }

    async fn rest(&self, actor: &str, verb: &str) -> crate::world::Answer {
        let (api, id) = (self.office.w.api(actor), self.request.short_id.as_str());
        match verb {
            "approve" => api.vote(id, json!({"decision": "approve"})).await,
            "deny" => api.vote(id, json!({"decision": "deny", "note": "no"})).await,
            "cancel" => api.post(&format!("/api/v1/requests/{id}/cancel"), json!({})).await,
            _ => api.post(&format!("/api/v1/grants/{id}/end"), json!({})).await,
        }
    }

    async fn terminal(&self, actor: &str, verb: &str) -> String {
        #[derive(Parser)]
        struct Line {
            #[command(subcommand)]
            command: ClientCommand,
        }
        let token = format!("demo:{actor}");
        let mut line = vec!["countersign", verb, self.request.short_id.as_str(), "--url", &self.url, "--token", &token];
        if verb == "deny" {
            line.extend(["--note", "no"]);
        }
        execute(Line::try_parse_from(line).unwrap().command).await.complaint
    }

    async fn console(&self, actor: &str, verb: &str) -> String {
        let session = self.office.w.app.web.credentials.new_session(&PersonId::new(actor)).await.unwrap();
        let cookie = format!("countersign={session}");
        let account = HttpRequest::get("/account").header(header::COOKIE, &cookie).body(Body::empty()).unwrap();
        let csrf = text(self.office.w.send(account).await).await;
        let csrf = csrf.split("name=\"csrf\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let post = HttpRequest::post(format!("/requests/{}/{verb}", self.request.short_id))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::COOKIE, &cookie)
            .header("origin", "http://127.0.0.1:8080")
            .header("sec-fetch-site", "same-origin")
            .body(Body::from(format!("csrf={csrf}&note=no")))
            .unwrap();
        unescaped(&text(self.office.w.send(post).await).await)
    }
}

fn command(verb: &str) -> Command {
    match verb {
        "approve" => Command::Approve { step: None, note: None, trim: Trim::default() },
        "deny" => Command::Deny { step: None, note: Some("no".into()) },
        "cancel" => Command::Cancel,
        _ => Command::End,
    }
}

async fn text(response: axum::http::Response<Body>) -> String {
    String::from_utf8(to_bytes(response.into_body(), usize::MAX).await.unwrap().to_vec()).unwrap()
}

/// HTML's five characters.
fn unescaped(html: &str) -> String {
    let pairs = [("&#34;", "\""), ("&quot;", "\""), ("&#39;", "'"), ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")];
    pairs.iter().fold(html.to_owned(), |text, (from, to)| text.replace(from, to))
}

/// What a reader sees: without what only keeps a platform from making links of words.
fn plain(words: &str) -> String {
    unescaped(words).chars().filter(|c| !matches!(c, '\u{200b}' | '\u{2060}' | '\\')).collect()
}

#[tokio::test]
async fn abuse_b06_b12_every_surface_says_the_same() {
    let mut m = Matrix::new().await;
    m.compare("step 1").await;
    m.votes("lisa", "approve").await;
    m.compare("step 2").await;
    m.votes("manager", "approve").await;
    m.votes("sec1", "approve").await;
    m.compare("step 3, 1 of 2").await;
    m.votes("sec2", "approve").await;
    m.compare("active").await;
    m.office.w.advance(countersign_engine::time::Length::hours(4)).await;
    m.settle().await;
    m.compare("ended").await;

    let mut m = Matrix::new().await;
    m.votes("lisa", "deny").await;
    m.compare("denied").await;

    let mut m = Matrix::new().await;
    m.office.w.clock.advance(countersign_engine::time::Length::minutes(30).delta());
    m.compare("timed out, and the alarm has not rung").await;
    assert!(m.compared > 40, "{}", m.compared);
}

/// THREATS A11: an account that nobody is bound to hears how to link it, and nothing else, on every platform.
#[tokio::test]
async fn abuse_a11_unlinked_accounts_hear_the_same() {
    let m = Matrix::new().await;
    let expected = plain(&words::refusal(&Refusal::NotLinked));
    for stage in m.office.stages() {
        for told in [
            stage.types(STRANGER, "prod-db 4h").await,
            stage.types(STRANGER, &format!("cancel {}", m.request.short_id)).await,
            stage.presses(STRANGER, "Approve").await,
        ] {
            assert!(plain(&told).contains(&expected), "{}: {told}", stage.platform());
        }
    }
    assert_eq!(m.office.w.store.audit_head().await.unwrap().size, 1);
}
