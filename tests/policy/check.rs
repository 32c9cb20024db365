//! `countersign check`: everything that is wrong, at once.

use super::{EXAMPLE, PEERS};
use countersign::{
    cli::check::{CheckArgs, Examination, Findings, Verdict, run},
    config::Environment,
};
use countersign_engine::ports::{BotError, ConnectorError, Preflight};
use std::path::Path;

/// A directory with a policy file, and settings that point into it.
fn settings(dir: &Path, policy: &str, more: &[(&str, &str)]) -> Environment {
    std::fs::write(dir.join("policy.toml"), policy).unwrap();
    let inside = |name: &str| dir.join(name).display().to_string();
    let own = [
        ("COUNTERSIGN_POLICY", inside("policy.toml")),
        ("COUNTERSIGN_KEY_FILE", inside("countersign.key")),
        ("COUNTERSIGN_CHECKPOINTS", inside("countersign.checkpoints")),
        ("DATABASE_URL", format!("sqlite://{}", inside("countersign.db"))),
    ];
    let more = more.iter().map(|(name, value)| (*name, (*value).to_owned()));
    Environment::from_map(own.into_iter().chain(more))
}

async fn check(policy: &str, more: &[(&str, &str)], further: Vec<Examination<'_>>) -> Verdict {
    let dir = tempfile::tempdir().unwrap();
    let verdict = run(&CheckArgs::default(), settings(dir.path(), policy, more), |_, _| further).await;
    Verdict { text: verdict.text.replace(&dir.path().display().to_string(), "DIR"), ..verdict }
}

#[tokio::test]
async fn all_is_well() {
    let slack = Examination::new("bot slack", async { Ok::<_, BotError>("countersign in Acme".to_owned()) });
    let grafana = Examination::new("connector forward-auth", async { Findings::fine("answers /authz") });
    let uuid = "00000000-0000-0000-0000-000000000001";
    let secrets = [
        ("SLACK_BOT_TOKEN", "xoxb-1"),
        ("SLACK_APP_TOKEN", "xapp-1"),
        ("DISCORD_BOT_TOKEN", "abc"),
        ("DISCORD_APPLICATION_ID", "900000000000000000"),
        ("TELEGRAM_BOT_TOKEN", "123:abc"),
        ("TEAMS_APP_ID", uuid),
        ("TEAMS_APP_PASSWORD", "abc"),
        ("TEAMS_TENANT_ID", uuid),
        ("SMTP_URL", "smtp://localhost"),
        ("EMAIL_FROM", "access@acme.com"),
    ];
    let verdict = check(PEERS, &secrets, vec![slack, grafana]).await;
    assert_eq!(verdict.problems, 0);
    insta::assert_snapshot!(verdict.text);
}

#[tokio::test]
async fn everything_that_is_wrong() {
    let policy =
        format!("{PEERS}\n[connectors.main]\nkind = \"postgres\"\npassword_env = \"MAIN_PASSWORD\"\nhost = \"db\"\n");
    let postgres = Examination::new("connector main", async {
        let problems = vec!["may not create roles\n  hint: ALTER ROLE countersign CREATEROLE".to_owned()];
        Ok::<_, ConnectorError>(Preflight { identity: "countersign on db:5432".into(), problems })
    });
    let down =
        Examination::new("connector other", async { Err::<Preflight, _>(ConnectorError("connection refused".into())) });
    let more = [("DATABASE_URL", "sqlite:///nowhere/at/all/countersign.db"), ("COUNTERSIGN_CHECKPOINTS", "/nowhere/c")];
    let verdict = check(&policy, &more, vec![postgres, down]).await;
    assert_eq!(verdict.problems, 10, "{}", verdict.text);
    insta::assert_snapshot!(verdict.text);
}

#[tokio::test]
async fn settings_and_policy_are_both_judged_when_both_are_wrong() {
    let broken =
        EXAMPLE.replace("level = \"team-lead\"", "level = \"teamlead\"").replace("required = 2", "required = 0");
    let verdict = check(&broken, &[("COUNTERSIGN_LISTEN", "everywhere"), ("SLACK_APP_TOKEN", "xapp-1")], vec![]).await;
    insta::assert_snapshot!(verdict.text);
    assert_eq!(verdict.problems, 4);
}
