//! Everything works: platforms are told, people sign in, hooks are called, wrong signatures are refused.

use crate::{
    hunt::Hunt,
    plant,
    server::{PATIENCE, Peers, Server, setting, variable},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use countersign_kit::{
    discord::FakeDiscord, mail::FakeMail, slack, slack::FakeSlack, teams::FakeTeams, telegram::FakeTelegram, webhooks,
    webhooks::Receiver,
};
use serde_json::{Value, json};
use std::sync::Arc;

const SLACK: &str = "application/x-www-form-urlencoded";

/// What is made while the server runs.
struct Made {
    tokens: [String; 2],
    login: String,
    session: String,
    code: String,
}

fn now() -> i64 {
    i64::try_from(
        std::fs::metadata(tempfile::NamedTempFile::new().unwrap().path())
            .unwrap()
            .modified()
            .unwrap()
            .duration_since(std::time::UNIX_EPOCH)
            .unwrap()
            .as_secs(),
    )
    .unwrap()
}

/// A slash command of dev's, signed with this secret.
async fn types(server: &mut Server, secret: &str, text: &str) -> (u16, String) {
    let fields = [
        ("command", "/access"),
        ("text", text),
        ("user_id", "U00000001"),
        ("team_id", "T00000001"),
        ("api_app_id", "A00000001"),
        ("trigger_id", "t1"),
        ("channel_id", "C00000001"),
    ];
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let until = std::time::Instant::now() + PATIENCE;
    loop {
        let [stamp, signature] = slack::sign(secret, now(), &body);
        let url = server.url("/slack/commands");
        let request = server.http.post(url).header("content-type", SLACK).header(stamp.0, stamp.1);
        let (status, said) = server.send(request.header(signature.0, signature.1).body(body.clone())).await;
        // Until it knows its own workspace, or while it is busy, it asks to come again.
        if status != 503 || std::time::Instant::now() > until {
            return (status, said);
        }
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    }
}

async fn signs_in(server: &mut Server) -> (String, String) {
    let link = server.printed(&["login-link", "--for", "manager"]);
    let page = server.http.get(&link);
    assert_eq!(page.send().await.unwrap().status(), 200);
    let origin = server.url("");
    let answer = server.http.post(&link).header("origin", origin).header("content-type", SLACK).send().await.unwrap();
    let cookie = answer
        .headers()
        .get_all("set-cookie")
        .iter()
        .find_map(|v| v.to_str().ok()?.strip_prefix("countersign=")?.split(';').next().map(str::to_owned));
    let code = link.rsplit('/').next().unwrap().to_owned();
    (code, cookie.unwrap_or_else(|| panic!("no session: {} {:?}", answer.status(), answer.headers())))
}

/// People, platforms and systems do what they do.
async fn lives(server: &mut Server) -> Made {
    let token = |server: &Server, who: &str| server.printed(&["token", "create", "--for", who]);
    let tokens = [token(server, "dev"), token(server, "lisa")];
    let (login, session) = signs_in(server).await;
    let post = |server: &Server, path: &str, token: &str, body: Value| {
        server.http.post(server.url(path)).bearer_auth(token).json(&body)
    };
    let ask = json!({"resource": "billing-db", "duration": "1h", "reason": "billing"});
    let request =
        post(server, "/api/v1/requests", &tokens[0], ask).header("idempotency-key", "canary-idempotency-8a1e");
    let (status, body) = server.send(request).await;
    assert_eq!(status, 201, "{body}");
    let id = serde_json::from_str::<Value>(&body).unwrap()["short_id"].as_str().unwrap().to_owned();
    // A hook votes for it; then the grant begins, at a database that nobody answers at.
    let vote = json!({"request": id}).to_string();
    for secret in [variable("AUDIT_SECRET"), variable("CI_SECRET")] {
        let mut request = server.http.post(server.url("/hooks/ci"));
        for (name, value) in webhooks::sign(&secret, "msg_1", now(), &vote) {
            request = request.header(name, value);
        }
        server.send(request.body(vote.clone())).await;
    }
    let (status, body) = types(server, &setting("SLACK_SIGNING_SECRET"), "prod-db 4h billing migration").await;
    assert_eq!(status, 200, "{body}");
    // The code that dev is shown in chat, to whom it belongs.
    let (_, linked) = types(server, &setting("SLACK_SIGNING_SECRET"), "link").await;
    types(server, "canary-of-somebody-else-11", "list").await;
    Made { tokens, login, session, code: linked }
}

/// What is wrong is refused; nothing of what came is told back.
async fn is_refused(server: &mut Server) {
    let junk = "canary-presented-cafe77";
    for path in [
        "/slack/commands",
        "/slack/interactions",
        "/discord/interactions",
        "/teams/messages",
        "/hooks/ci",
        "/hooks/none",
        "/api/v1/requests",
        "/telegram/0000000000000000",
        "/login/canary-presented-cafe77",
        "/requests/req-0000/approve",
    ] {
        let request =
            server.http.post(server.url(path)).bearer_auth(junk).header("cookie", format!("countersign={junk}"));
        let request =
            request.header("x-slack-signature", format!("v0={junk}")).header("x-slack-request-timestamp", now());
        let request = request.header("x-signature-ed25519", junk).header("x-telegram-bot-api-secret-token", junk);
        server.send(request.header("webhook-signature", format!("v1,{junk}")).body("{\"a\":")).await;
    }
    let forged = format!(
        "{}.{}.{junk}",
        URL_SAFE_NO_PAD.encode(b"{\"alg\":\"RS256\",\"kid\":\"x\"}"),
        URL_SAFE_NO_PAD.encode(b"{}")
    );
    let request = server.http.post(server.url("/teams/messages")).bearer_auth(forged).body("{}");
    server.send(request).await;
}

/// Everything that can be read.
async fn is_read(server: &mut Server, made: &Made) {
    for path in [
        "/metrics",
        "/openapi.json",
        "/healthz",
        "/readyz",
        "/api/v1/catalog",
        "/api/v1/requests",
        "/api/v1/grants",
        "/api/v1/audit",
        "/api/v1/audit?format=csv",
        "/api/v1/audit?format=jsonl",
        "/api/v1/nothing",
    ] {
        let request = server.http.get(server.url(path)).bearer_auth(&made.tokens[1]);
        server.send(request).await;
    }
    for path in [
        "/",
        "/requests",
        "/requests/new",
        "/audit",
        "/deliveries",
        "/policy",
        "/webhooks",
        "/account",
        "/login",
        "/nothing",
    ] {
        let cookie = format!("countersign={}", made.session);
        let request = server.http.get(server.url(path)).header("cookie", cookie);
        let (status, body) = server.send(request).await;
        assert!(status < 500, "{path}: {status} {body}");
    }
    for arguments in
        [&["check"][..], &["audit", "export", "--format", "csv"], &["audit", "export"], &["audit", "verify"]]
    {
        let done = server.run(arguments);
        server.answers.push(format!(
            "{arguments:?} {} {}",
            String::from_utf8_lossy(&done.stdout),
            String::from_utf8_lossy(&done.stderr)
        ));
    }
}

/// THREATS E07 (S13): with all platforms at work, and in both formats of the log.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn abuse_e07_nothing_is_told_when_all_is_well() {
    for format in ["text", "json"] {
        let (slack, discord, telegram) =
            (FakeSlack::start().await, FakeDiscord::start().await, FakeTelegram::start().await);
        let (teams, mail) = (FakeTeams::start().await, FakeMail::start().await);
        mail.set_password(&setting("SMTP_URL"));
        let receiver = Receiver::start(&[], Arc::new(now)).await;
        let peers = Peers {
            slack: slack.api_url(),
            discord: discord.api_url(),
            telegram: telegram.api_url(),
            teams: [teams.login_url(), teams.openid_url(), teams.service_url()],
            smtp: mail.url().rsplit_once('@').unwrap().1.trim_end_matches("?tls=none").to_owned(),
            receiver: receiver.url.clone(),
        };
        let mut server = Server::start(&peers, format).await;
        let made = lives(&mut server).await;
        is_refused(&mut server).await;
        slack.card_in("C00000001").await;
        server.until_it_says("the target made trouble").await;
        is_read(&mut server, &made).await;

        let mut hunt = Hunt::default();
        crate::untold::plant_all(&mut hunt);
        for (name, secret) in [
            ("token of dev", &made.tokens[0]),
            ("token of lisa", &made.tokens[1]),
            ("login link", &made.login),
            ("session", &made.session),
        ] {
            hunt.canary(name, secret.trim_start_matches("csn_"));
        }
        hunt.canary("what a stranger presented", "canary-presented-cafe77");
        hunt.canary("idempotency key", "canary-idempotency-8a1e");
        server.searched(&mut hunt, format);
        let cards = format!(
            "{:?}\n{:?}\n{:?}\n{:?}",
            slack.messages(),
            discord.messages(),
            telegram.messages(),
            teams.messages()
        );
        hunt.place("cards", cards);
        hunt.place("mail", format!("{:?}", mail.letters()));
        let bodies: Vec<String> =
            receiver.seen().iter().map(|r| String::from_utf8_lossy(&r.body).into_owned()).collect();
        assert!(!bodies.is_empty(), "the webhooks were told");
        hunt.place("webhooks", bodies.join("\n"));
        assert!(hunt.size() > plant::SETTINGS.len() + plant::VARIABLES.len() + 5);
        let belongs = |canary: &str, place: &str| {
            // The key of a call is kept to know the call again, for whoever made it alone.
            (canary == "idempotency key" && place.contains("server.db"))
                // The sign-in page has the code of its own address in its form.
                || (canary == "what a stranger presented" && place.ends_with("what it answers"))
        };
        assert_eq!(hunt.found(belongs), [""; 0]);
        assert!(!made.code.is_empty());
    }
}
