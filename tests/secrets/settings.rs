//! Which settings are secret is read from the code that reads them: one without a canary fails here.

use crate::plant;
use countersign::config::SETTINGS;
use std::{collections::BTreeSet, fs, path::Path};

fn sources(dir: &str) -> String {
    let mut text = String::new();
    let mut open = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(dir)];
    while let Some(path) = open.pop() {
        match path.is_dir() {
            true => open.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path())),
            false => text.push_str(&fs::read_to_string(&path).unwrap_or_default()),
        }
    }
    text
}

/// Every word that follows `start` in the sources, for as long as it is a name.
fn words(text: &str, start: &str) -> BTreeSet<String> {
    let name = |rest: &str| rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect::<String>();
    text.match_indices(start).map(|(at, _)| name(&text[at + start.len()..])).filter(|name| !name.is_empty()).collect()
}

#[test]
fn abuse_e07_every_secret_setting_has_a_canary() {
    let read = words(&sources("src/config"), "reader.secret(&settings::");
    assert!(read.len() >= 8, "only {read:?}: is the check looking in the right place?");
    // These are read as texts, and hold a password.
    let with_password = ["DATABASE_URL".to_owned()];
    let secret: BTreeSet<String> = read.into_iter().chain(with_password).collect();
    let planted: BTreeSet<String> = plant::SETTINGS.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(secret, planted, "a setting is read as a secret and has no canary, or the other way round");
    for setting in SETTINGS {
        let sounds = ["TOKEN", "SECRET", "PASSWORD"].iter().any(|word| setting.name.contains(word));
        assert!(!sounds || planted.contains(setting.name), "{} sounds like a secret", setting.name);
        assert!(
            planted.contains(setting.name) || plant::OPEN.contains(&setting.name),
            "{}: secret or not?",
            setting.name
        );
    }
}

/// The variables that a policy file names hold secrets too.
#[test]
fn abuse_e07_every_variable_of_the_policy_has_a_canary() {
    let keys: BTreeSet<String> = [sources("src"), sources("connectors"), sources("bots")]
        .iter()
        .flat_map(|text| words(text, "\""))
        .filter(|word| word.ends_with("_env") && word.len() > 4)
        .collect();
    let policy = plant::policy("http://127.0.0.1:1");
    assert!(keys.len() >= 4, "only {keys:?}: is the check looking in the right place?");
    for key in keys {
        let line = policy.lines().find(|line| line.split('=').next().is_some_and(|name| name.trim() == key));
        let line = line.unwrap_or_else(|| panic!("the policy of these tests has no {key}"));
        let variable = line.split('"').nth(1).unwrap();
        assert!(plant::VARIABLES.iter().any(|(name, _)| *name == variable), "{variable} has no canary");
    }
}
