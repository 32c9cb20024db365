use super::*;
use secrecy::ExposeSecret;

fn config(settings: &[(&str, &str)]) -> Result<Config, SettingProblems> {
    Config::new(Environment::from_map(settings.iter().copied()))
}
fn said(settings: &[(&str, &str)]) -> String {
    config(settings).unwrap_err().to_string()
}

#[test]
fn nothing_set_means_the_defaults() {
    let config = config(&[]).unwrap();
    assert_eq!(config.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(config.public_url, "http://127.0.0.1:8080");
    assert_eq!(config.policy, Path::new("policy.toml"));
    assert_eq!(config.database_url.expose_secret(), "sqlite://countersign.db");
    assert_eq!(config.log_format, LogFormat::Text);
    assert!(config.slack.is_none() && config.discord.is_none() && config.telegram.is_none());
    assert!(config.teams.is_none() && config.email.is_none() && config.warnings.is_empty());
}

/// The file that ships has exactly the keys, defaults and comments of the table, and holds as it is.
#[test]
fn the_example_is_the_table() {
    let shipped = include_str!("../../.env.example");
    assert_eq!(shipped, example(), "write `countersign::config::example()` to .env.example");
    let entries = dotenvy::from_read_iter(shipped.as_bytes()).map(|entry| entry.unwrap());
    let config = Config::new(Environment::from_map(entries)).unwrap();
    assert_eq!(config.warnings, []);
    assert_eq!(config.public_url, "http://127.0.0.1:8080");
}

#[test]
fn all_problems_at_once_with_hints() {
    let said = said(&[
        ("COUNTERSIGN_LISTEN", "8080"),
        ("COUNTERSIGN_PUBLIC_URL", "access.example.com"),
        ("DATABASE_URL", "mysql://root:hunter2@db/x"),
        ("COUNTERSIGN_LOG", "info,=,="),
        ("COUNTERSIGN_LOG_FORMAT", "xml"),
        ("SLACK_BOT_TOKEN", "xoxb-1"),
    ]);
    insta::assert_snapshot!(said);
    assert!(!said.contains("hunter2"));
}

/// rule 45
#[test]
fn half_of_slack_is_an_error() {
    for half in [
        &[("SLACK_BOT_TOKEN", "xoxb-1")][..],
        &[("SLACK_APP_TOKEN", "xapp-1")],
        &[("SLACK_SIGNING_SECRET", "s")],
        &[("SLACK_BOT_TOKEN", "xapp-1"), ("SLACK_APP_TOKEN", "xapp-1")],
    ] {
        assert!(said(half).contains("SLACK_BOT_TOKEN: "), "{half:?}");
    }
    for whole in [
        &[("SLACK_BOT_TOKEN", "xoxb-1"), ("SLACK_APP_TOKEN", "xapp-1")][..],
        &[("SLACK_BOT_TOKEN", "xoxb-1"), ("SLACK_SIGNING_SECRET", "s")],
    ] {
        assert_eq!(config(whole).unwrap().slack.unwrap().api_url, "https://slack.com/api");
    }
}

#[test]
fn a_misspelt_setting_is_pointed_out() {
    let warnings = config(&[("COUNTERSIGN_LISTN", "0.0.0.0:80"), ("COUNTERSIGN_TEST_POSTGRES", "x")]).unwrap().warnings;
    let said: Vec<String> = warnings.iter().map(ToString::to_string).collect();
    assert_eq!(said, ["COUNTERSIGN_LISTN: is not a setting\n  hint: did you mean COUNTERSIGN_LISTEN?"]);
}

#[test]
fn addresses_that_people_could_not_reach_are_pointed_out() {
    assert_eq!(config(&[("COUNTERSIGN_LISTEN", "0.0.0.0:80")]).unwrap().warnings.len(), 1);
    assert_eq!(config(&[("COUNTERSIGN_PUBLIC_URL", "http://access.example.com")]).unwrap().warnings.len(), 1);
    let fine = config(&[("COUNTERSIGN_PUBLIC_URL", "https://access.example.com/")]).unwrap();
    assert_eq!((fine.public_url.as_str(), fine.warnings.len()), ("https://access.example.com", 0));
}

#[test]
fn nothing_shows_a_secret() {
    let secrets = [
        ("SLACK_BOT_TOKEN", "xoxb-hunter2"),
        ("SLACK_SIGNING_SECRET", "hunter2"),
        ("DATABASE_URL", "postgres://u:hunter2@db/x"),
        ("MAIN_POSTGRES_PASSWORD", "hunter2"),
    ];
    let config = config(&secrets).unwrap();
    assert!(!format!("{config:?}").contains("hunter2"));
    let password = config.environment.secret("MAIN_POSTGRES_PASSWORD").unwrap();
    assert_eq!(password.expose_secret(), "hunter2");
}

#[test]
fn the_environment_wins_over_the_file() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join(".env");
    std::fs::write(&file, "PATH=/nowhere\nCOUNTERSIGN_LOG=debug # loud\n").unwrap();
    let environment = Environment::of_process(&file).unwrap();
    assert_eq!(environment.text("PATH"), std::env::var("PATH").ok());
    assert_eq!(environment.text("COUNTERSIGN_LOG").as_deref(), Some("debug"));
    std::fs::write(&file, "TOKEN=hunter2 hunter2\n").unwrap();
    let said = Environment::of_process(&file).unwrap_err().to_string();
    assert!(said.contains(".env") && !said.contains("hunter2"), "{said}");
    assert!(Environment::of_process(&dir.path().join("none")).is_ok());
}

#[test]
fn keys_are_made_once_and_kept() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("countersign.key");
    let (first, made) = Keys::load_or_create(&path).unwrap();
    assert!(made && first.signing_seed != first.vault);
    assert_eq!(Keys::load_or_create(&path).unwrap(), (first, false));
    assert_eq!(std::fs::metadata(&path).map(|m| mode_of(&m)).unwrap(), 0o600);
}

fn mode_of(metadata: &std::fs::Metadata) -> u32 {
    std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o777
}

#[test]
fn keys_that_cannot_be_trusted_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("countersign.key");
    Keys::load_or_create(&path).unwrap();
    let open = std::os::unix::fs::PermissionsExt::from_mode(0o644);
    std::fs::set_permissions(&path, open).unwrap();
    let said = Keys::load_or_create(&path).unwrap_err().to_string();
    assert!(said.contains("mode 644") && said.contains("chmod 600"), "{said}");

    let short = dir.path().join("short.key");
    let mut file = tempfile::NamedTempFile::new_in(dir.path()).unwrap();
    std::io::Write::write_all(&mut file, b"too short").unwrap();
    file.persist(&short).unwrap();
    assert!(Keys::load_or_create(&short).unwrap_err().to_string().contains("holds 9 bytes"));

    let nowhere = dir.path().join("missing/countersign.key");
    assert!(Keys::load_or_create(&nowhere).unwrap_err().to_string().contains("writable"));
}
