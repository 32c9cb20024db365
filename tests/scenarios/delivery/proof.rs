//! Test messages: through the real platform, at once, and on record.

use super::*;
use clap::Parser;
use countersign::{
    cli::client::{ClientCommand, Outcome, execute},
    store::LedgerQuery,
};
use countersign_engine::selector::Selector;
use serde_json::json;

const TEST: &str = "/api/v1/deliveries/test";

/// Lisa administers.
async fn office() -> ([Pigeon; 2], World) {
    let pigeons = [Platform::Slack, Platform::Email].map(Pigeon::new);
    let mut policy = reachable(&[Platform::Slack]);
    policy.settings.administrators = vec![Selector::Person("lisa".into())];
    let w = world(policy, &[&pigeons[0], &pigeons[1]]).await;
    (pigeons, w)
}

#[tokio::test]
async fn a_test_message_says_what_came_back() {
    let ([slack, email], w) = office().await;
    let answer = w.api("lisa").post(TEST, json!({})).await;
    assert_eq!(answer.json["items"].as_array().unwrap().len(), 2, "{}", answer.text);
    assert_eq!((slack.letters().len(), email.letters().len()), (1, 1));
    assert!(slack.letters()[0].card.summary.starts_with("Lisa sends this"), "{:?}", slack.letters()[0].card);

    slack.bounces(&direct(Platform::Slack, "dev"), Some(not_in_channel()));
    let answer = w.api("lisa").post(TEST, json!({"to": "dev", "platform": "slack"})).await;
    let item = &answer.json["items"][0];
    assert_eq!((&item["delivered"], &item["error"]), (&json!(false), &json!("not_in_channel")), "{}", answer.text);
    assert!(item["hint"].as_str().unwrap().contains("is the bot in that place"));

    let body = json!({"place": "email:security@acme.com"});
    assert_eq!(w.api("lisa").post(TEST, body).await.json["items"][0]["delivered"], json!(true));
    let kept = w.store.ledger(&LedgerQuery { limit: 9, ..LedgerQuery::default() }).await.unwrap();
    let states: Vec<&str> = kept.iter().map(|row| row.state.key()).collect();
    assert_eq!(states, ["delivered", "rejected", "delivered", "delivered"]);
    assert!(kept.iter().all(|row| row.due_at.is_none() && row.calls == 1));
}

#[tokio::test]
async fn test_messages_are_for_administrators_and_for_places_that_make_sense() {
    let ([slack, email], w) = office().await;
    let answer = w.api("manager").post(TEST, json!({})).await;
    assert_eq!((answer.status.as_u16(), answer.code()), (403, "not_allowed"));
    for (body, why) in [
        (json!({"platform": "irc"}), "no platform"),
        (json!({"platform": "console"}), "no platform"),
        (json!({"to": "nobody"}), "nobody is called"),
        (json!({"place": "general"}), "on which platform"),
        (json!({"platform": "slack", "place": "#general"}), "not the id of a place on Slack"),
        (json!({"to": "dev", "place": "slack:T1/C1"}), "not both"),
    ] {
        let answer = w.api("lisa").post(TEST, body.clone()).await;
        assert!(answer.status.as_u16() == 400 && answer.text.contains(why), "{body}: {}", answer.text);
    }
    let unreachable = w.api("lisa").post(TEST, json!({"platform": "teams"})).await;
    assert_eq!((unreachable.status.as_u16(), slack.calls() + email.calls()), (404, 0));
}

#[derive(Parser)]
struct Line {
    #[command(subcommand)]
    command: ClientCommand,
}

async fn typed(at: std::net::SocketAddr, words: &[&str]) -> Outcome {
    let url = format!("http://{at}");
    let line = ["countersign", "notify", "test", "--url", &url, "--token", "demo:lisa"]
        .into_iter()
        .chain(words.iter().copied());
    execute(Line::try_parse_from(line).unwrap().command).await
}

#[tokio::test]
async fn from_the_command_line() {
    let ([slack, _], w) = office().await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    let router = w.app.router();
    tokio::spawn(async move { axum::serve(listener, router).await });
    let good = typed(at, &["--platform", "slack"]).await;
    assert_eq!((good.code, good.text.as_str()), (0, "delivered      slack:T1/lisa\n"), "{good:?}");
    slack.down(Some(silent()));
    let bad = typed(at, &["--place", "slack:T1234567/C1234567"]).await;
    assert!(bad.code == 1 && bad.complaint.contains("does not answer\n  hint: is the platform up"), "{bad:?}");
}
