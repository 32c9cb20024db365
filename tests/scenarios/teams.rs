//! What only Teams does: it is silent through an outage, and its app comes as a package.

use crate::office::teams;
use countersign_engine::time::Length;
use countersign_kit::{
    DEV, LISA,
    stage::Fault,
    teams::{APP, PASSWORD, PLACE, TENANT},
};

/// After an outage every copy of the card tells the truth again, and the votes of that time counted.
#[tokio::test]
async fn cards_converge_after_an_outage() {
    let (office, teams) = teams::office().await;
    let w = &office.w;
    teams.says(DEV, PLACE, "prod-db 4h billing migration").await;
    w.settle().await;
    let (posted, lisas) = (teams.card_in(PLACE).await, teams.card_for(LISA).await);
    teams.trouble(Fault::Unavailable);
    teams.press(LISA, "Approve", &lisas).await;
    w.settle().await;
    assert!(!teams.now(&posted).words().contains("approved by lisa"));
    teams.calm();
    w.advance(Length::minutes(1)).await;
    for card in [&posted, &lisas] {
        assert!(teams.now(card).words().contains("approved by lisa"), "{}", teams.now(card).words());
    }
    assert_eq!(w.store.audit_head().await.unwrap().size, 2);
}

/// The package is written where it is asked for, and says what to do next.
#[test]
fn the_package_is_written() {
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("teams.zip");
    let run = |app: &str| {
        std::process::Command::new(env!("CARGO_BIN_EXE_countersign"))
            .args(["teams-package", "--out"])
            .arg(&file)
            .current_dir(place.path())
            .env_clear()
            .env("TEAMS_APP_ID", app)
            .env("TEAMS_APP_PASSWORD", if app.is_empty() { "" } else { PASSWORD })
            .env("TEAMS_TENANT_ID", if app.is_empty() { "" } else { TENANT })
            .env("COUNTERSIGN_PUBLIC_URL", "https://access.acme.com")
            .output()
            .unwrap()
    };
    let nothing = run("");
    assert!(!nothing.status.success() && String::from_utf8_lossy(&nothing.stderr).contains("hint:"));
    assert!(!file.exists());
    let done = run(APP);
    assert!(done.status.success() && String::from_utf8_lossy(&done.stdout).contains("Upload it"));
    let bytes = std::fs::read(&file).unwrap();
    let has = |words: &[u8]| bytes.windows(words.len()).any(|window| window == words);
    assert!(bytes.starts_with(b"PK") && has(APP.as_bytes()) && has(b"access.acme.com") && has(b"outline.png"));
}
