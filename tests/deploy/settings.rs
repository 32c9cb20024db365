//! A server whose settings stand in files, as orchestrators hand them out.

use super::{Server, countersign, free_address, read, root};
use countersign::config::Keys;
use std::{fs, os::unix::fs::PermissionsExt};

#[tokio::test]
async fn a_server_runs_from_files_alone() {
    let (dir, address) = (tempfile::tempdir().unwrap(), free_address());
    let database = dir.path().join("files.db");
    fs::write(dir.path().join("url"), format!("sqlite://{}\n", database.display())).unwrap();
    fs::write(dir.path().join("listen"), address.to_string()).unwrap();
    // As docs/OPERATIONS.md says: 64 random bytes are a key file.
    let key = dir.path().join("made.key");
    fs::write(&key, [7; 64]).unwrap();
    fs::set_permissions(&key, fs::Permissions::from_mode(0o400)).unwrap();
    let mut command = countersign(dir.path());
    command.arg("serve").env("DATABASE_URL_FILE", dir.path().join("url"));
    command.env("COUNTERSIGN_LISTEN_FILE", dir.path().join("listen"));
    command.env("COUNTERSIGN_KEY_FILE", &key).env("COUNTERSIGN_POLICY", root().join("policy.example.toml"));
    let server = Server::started(command, dir, address);
    assert_eq!(server.get("/healthz").await, "ok\n");
    assert!(database.exists());
    assert_eq!(Keys::load(&key).unwrap().unwrap().vault, [7; 32]);
}

/// A secret that cannot be read is never a secret that is not wanted (rule 45).
#[test]
fn a_server_does_not_start_without_a_file_that_it_was_promised() {
    let dir = tempfile::tempdir().unwrap();
    let mut command = countersign(dir.path());
    command.arg("serve").env("SLACK_BOT_TOKEN_FILE", "/run/secrets/nobody").stderr(std::process::Stdio::piped());
    command.env("COUNTERSIGN_POLICY", root().join("policy.example.toml"));
    let done = command.output().unwrap();
    let said = String::from_utf8(done.stderr).unwrap();
    assert!(!done.status.success() && said.contains("SLACK_BOT_TOKEN: cannot be read"), "{said}");
    assert!(said.contains("hint:") && read(".env.example").contains("NAME_FILE=PATH"));
}
