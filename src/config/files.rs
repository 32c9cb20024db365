//! Values that stand in files: `NAME_FILE=PATH` instead of `NAME=VALUE`, as containers, systemd and Kubernetes hand out
//! secrets.

use super::settings::SETTINGS;
use secrecy::{ExposeSecret, SecretString};
use std::{collections::BTreeMap, fs, io::Read};

/// The largest file that is read, in bytes; settings are far smaller.
const MOST: u64 = 64 * 1024;

/// The variables that files are named for, each with its file. Settings whose own name ends so are themselves.
pub(super) fn named_in(values: &BTreeMap<String, SecretString>) -> Vec<(String, String)> {
    let named = |(name, path): (&String, &SecretString)| {
        let path = path.expose_secret().trim();
        let base = name.strip_suffix("_FILE").filter(|base| !base.is_empty() && !path.is_empty())?;
        let is_itself = SETTINGS.iter().any(|setting| setting.name == name);
        (!is_itself).then(|| (base.to_owned(), path.to_owned()))
    };
    values.iter().filter_map(named).collect()
}

/// What the file holds, without the end of its last line. Errors: it is not there, too large, no text, or no file (a pipe
/// would be waited for).
pub(super) fn read(path: &str) -> Result<SecretString, String> {
    let said = |error: std::io::Error| error.to_string();
    if !fs::metadata(path).map_err(said)?.is_file() {
        return Err("it is not a file".into());
    }
    let mut text = String::new();
    fs::File::open(path).map_err(said)?.take(MOST + 1).read_to_string(&mut text).map_err(said)?;
    if text.len() as u64 > MOST {
        return Err(format!("it has more than {MOST} bytes"));
    }
    let line = text.strip_suffix('\n').unwrap_or(&text);
    Ok(SecretString::from(line.strip_suffix('\r').unwrap_or(line)))
}

#[cfg(test)]
mod tests {
    use crate::config::{Config, Environment};
    use secrecy::ExposeSecret;

    fn file(dir: &tempfile::TempDir, name: &str, text: &[u8]) -> String {
        let path = dir.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    }

    #[test]
    fn a_secret_may_stand_in_a_file() {
        let dir = tempfile::tempdir().unwrap();
        let url = file(&dir, "url", b"postgres://countersign:hunter2@db/countersign\n");
        let password = file(&dir, "password", b" kept as it is \r\n");
        let environment = Environment::from_map([("DATABASE_URL_FILE", url), ("MAIN_PASSWORD_FILE", password)]);
        assert_eq!(environment.secret("MAIN_PASSWORD").unwrap().expose_secret(), " kept as it is ");
        let config = Config::new(environment).unwrap();
        assert_eq!(config.database_url.expose_secret(), "postgres://countersign:hunter2@db/countersign");
        assert_eq!(config.warnings, []);
        assert!(!format!("{config:?}").contains("hunter2"));
    }

    /// The key file's own name ends like this: it is a path, and what it holds is not read as a setting.
    #[test]
    fn settings_whose_name_ends_so_are_themselves() {
        let config =
            Config::new(Environment::from_map([("COUNTERSIGN_KEY_FILE", "/run/keys/countersign.key")])).unwrap();
        assert_eq!(config.key_file.to_str(), Some("/run/keys/countersign.key"));
        assert_eq!(config.warnings, []);
    }

    /// rule 45: a file that cannot be read never means that the setting is not wanted.
    #[test]
    fn a_file_that_is_not_there_stops_the_server() {
        let dir = tempfile::tempdir().unwrap();
        let (token, binary) = (file(&dir, "token", b"xoxb-canary"), file(&dir, "binary", &[0xff, 0xfe]));
        let missing = dir.path().join("missing").display().to_string();
        for (name, path) in [
            ("SLACK_BOT_TOKEN_FILE", missing.clone()),
            ("SMTP_URL_FILE", binary),
            ("DATABASE_URL_FILE", dir.path().display().to_string()),
            ("COUNTERSIGN_LISTEN_FILE", file(&dir, "long", &[b'1'; 70_000])),
        ] {
            let said = Config::new(Environment::from_map([(name, path)])).unwrap_err().to_string();
            assert!(said.starts_with(name.trim_end_matches("_FILE")) && said.contains("hint:"), "{name}: {said}");
        }
        let twice = Environment::from_map([("SMTP_URL", "smtp://a@b"), ("SMTP_URL_FILE", token.as_str())]);
        let said = Config::new(twice).unwrap_err().to_string();
        assert!(said.contains("SMTP_URL: is set, and so is SMTP_URL_FILE") && !said.contains("canary"), "{said}");
        // Whose it is nobody knows yet: a connector's, or another program's.
        let other = Config::new(Environment::from_map([("MAIN_PASSWORD_FILE", missing)])).unwrap();
        assert!(other.warnings[0].to_string().starts_with("MAIN_PASSWORD: cannot be read from "));
    }
}
