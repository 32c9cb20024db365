//! Nothing works: peers that tell everything back, peers that are not there, settings that cannot be read.

use crate::{
    echo,
    hunt::Hunt,
    plant,
    server::{Peers, Server, setting},
};
use std::{process::Command, time::Duration};

/// Every canary there is before anything is made.
pub fn plant_all(hunt: &mut Hunt) {
    for (name, secret) in plant::SETTINGS.iter().chain(&plant::VARIABLES) {
        hunt.canary(*name, secret.trim_start_matches("whsec_"));
    }
    for (n, key) in plant::KEYS.iter().enumerate() {
        hunt.canary(format!("key {n}"), *key);
    }
}

/// THREATS E07: an error of a platform's is no place for what we sent to it, and neither is the address in our own.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn abuse_e07_nothing_is_told_when_all_goes_wrong() {
    let echo = echo::start().await;
    for (name, url) in [("echoed", echo.as_str()), ("refused", "http://127.0.0.1:1")] {
        for format in ["text", "json"] {
            let mut server = Server::start(&Peers::all_at(url), format).await;
            let token = server.printed(&["token", "create", "--for", "dev"]);
            for resource in ["prod-db", "grafana"] {
                let request = server.http.post(server.url("/api/v1/requests")).bearer_auth(&token);
                let (status, body) =
                    server.send(request.json(&serde_json::json!({"resource": resource, "duration": "1h"}))).await;
                assert_eq!(status, 201, "{body}");
            }
            // Each bot tries, is answered or not, says so, and tries again.
            for platform in ["slack", "discord", "telegram", "teams", "email"] {
                server.until_it_says(platform).await;
            }
            tokio::time::sleep(Duration::from_secs(4)).await;
            for path in ["/metrics", "/readyz", "/healthz"] {
                let request = server.http.get(server.url(path));
                server.send(request).await;
            }
            let done = server.run(&["check"]);
            server.answers.push(format!(
                "{} {}",
                String::from_utf8_lossy(&done.stdout),
                String::from_utf8_lossy(&done.stderr)
            ));
            let mut hunt = Hunt::default();
            plant_all(&mut hunt);
            hunt.canary("token", token.trim_start_matches("csn_"));
            server.searched(&mut hunt, &format!("{name}, {format}"));
            assert_eq!(hunt.found(|_, _| false), [""; 0]);
        }
    }
}

fn refused(variables: &[(&str, &str)], file: Option<&str>) -> String {
    let place = tempfile::tempdir().unwrap();
    std::fs::write(place.path().join("policy.toml"), plant::policy("http://127.0.0.1:1")).unwrap();
    if let Some(file) = file {
        std::fs::write(place.path().join(".env"), file).unwrap();
    }
    ["serve", "check"]
        .map(|verb| {
            let mut command = Command::new(env!("CARGO_BIN_EXE_countersign"));
            command.current_dir(place.path()).env_clear().envs(variables.iter().copied()).arg(verb);
            command.env("COUNTERSIGN_LOG", "trace").env("COUNTERSIGN_LISTEN", "127.0.0.1:0");
            let done = command.output().unwrap();
            assert!(!done.status.success(), "{verb} with {variables:?} should not have gone well");
            format!("{}{}", String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr))
        })
        .join("\n")
}

/// THREATS E07: what is wrong with a setting is said without its value.
#[test]
fn abuse_e07_settings_that_are_wrong_are_not_told() {
    let database = setting("DATABASE_URL");
    let mut said = vec![
        refused(&[("DATABASE_URL", &format!("postgres://countersign:{database}@127.0.0.1:1/countersign"))], None),
        refused(&[("DATABASE_URL", &format!("postgres://countersign:{database}@127.0.0.1:x/%%"))], None),
        refused(&[("DATABASE_URL", &format!("mysql://countersign:{database}@127.0.0.1/x"))], None),
        refused(&[("SLACK_BOT_TOKEN", countersign_kit::slack::APP_TOKEN), ("SLACK_SIGNING_SECRET", "x")], None),
    ];
    for (name, secret) in plant::SETTINGS {
        // Alone, each lacks what belongs to it; with a space in it, it is malformed as well.
        if name != "DATABASE_URL" {
            said.push(refused(&[(name, secret)], None));
            said.push(refused(&[(name, &format!("/ {secret} @"))], None));
        }
        said.push(refused(&[], Some(&format!("{name} = '{secret}\nnonsense {secret}\n"))));
    }
    let mut hunt = Hunt::default();
    plant_all(&mut hunt);
    for (n, text) in said.into_iter().enumerate() {
        hunt.place(format!("refusal {n}"), text);
    }
    assert_eq!(hunt.found(|_, _| false), [""; 0]);
}
