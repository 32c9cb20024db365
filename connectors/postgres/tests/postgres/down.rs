//! A target that is down. No server is needed for that.

use crate::world::terms;
use countersign_engine::{
    id::{AccessLevel, ResourceId},
    ports::{Connector, Observation, Outcome, Secret},
    time::Timestamp,
};
use countersign_postgres::{Postgres, Settings, Target};
use std::{collections::BTreeMap, net::TcpListener};

fn settings(port: u16, more: &str) -> Settings {
    let text = format!(
        r#"{{"host": "127.0.0.1", "port": {port}, "admin_user": "countersign", "password_env": "PGPASSWORD",
            "reassign_to": "countersign_leftovers", "connect_timeout_seconds": 1{more}}}"#
    );
    serde_json::from_str(&text).unwrap()
}

fn connector(settings: Settings) -> Postgres {
    let roles = BTreeMap::from([(AccessLevel::from("read-write"), vec!["app_rw".to_owned()])]);
    let target = Target { roles, database: None };
    Postgres::new(settings, Secret::new("canary-password"), BTreeMap::from([(ResourceId::from("prod-db"), target)]))
}

async fn says_down(settings: Settings, says: &str) {
    let (connector, terms) = (connector(settings), terms("cs_down"));
    let granted = connector.grant(&terms, Timestamp::default()).await;
    assert!(matches!(&granted, Outcome::DefinitelyNot(why) if why.contains(says)), "{granted:?}");
    let revoked = connector.revoke(&terms).await;
    assert!(matches!(&revoked, Outcome::DefinitelyNot(why) if why.contains(says)), "{revoked:?}");
    assert!(matches!(connector.observe(&terms).await, Observation::Unknown(_)));
    assert!(connector.list_ours().await.is_err());
    let error = connector.check().await.unwrap_err().to_string();
    assert!(error.contains(says) && !error.contains("canary-password"), "{error}");
}

#[tokio::test]
async fn a_target_that_refuses_is_untouched() {
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    says_down(settings(closed, r#", "tls": "disable""#), "cannot connect to 127.0.0.1").await;
}

#[tokio::test]
async fn a_target_that_says_nothing_is_untouched() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    says_down(settings(silent.local_addr().unwrap().port(), ""), "no answer within 1 s").await;
}

#[tokio::test]
async fn a_ca_file_that_cannot_be_read_is_said() {
    let more = r#", "tls_ca_file": "/nowhere/ca.pem""#;
    says_down(settings(1, more), "tls_ca_file /nowhere/ca.pem").await;
}

#[test]
fn unknown_settings_are_refused_and_tls_is_on_by_default() {
    assert_eq!(settings(1, "").tls, countersign_postgres::Tls::Require);
    assert_eq!(settings(1, "").database, "postgres");
    let typo = r#"{"host": "h", "admin_user": "a", "password_env": "P", "reassign_to": "r", "pasword": "x"}"#;
    assert!(serde_json::from_str::<Settings>(typo).is_err());
}
