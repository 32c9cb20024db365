//! Settings from the environment: every problem is named, and no value that could be a secret is in any of them.
#![no_main]

use countersign::config::{Config, Environment, SETTINGS};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|pairs: Vec<(u8, &str)>| {
    let name = |n: u8| SETTINGS[usize::from(n) % SETTINGS.len()].name;
    let pairs: Vec<(&str, &str)> = pairs.iter().take(20).map(|(n, value)| (name(*n), *value)).collect();
    let environment = Environment::from_map(pairs.clone());
    let secret =
        |name: &str| ["TOKEN", "SECRET", "PASSWORD", "DATABASE_URL", "SMTP_URL"].iter().any(|s| name.contains(s));
    let told = match Config::new(environment.clone()) {
        Ok(config) => format!("{config:?} {environment:?} {:?}", config.warnings),
        Err(problems) => {
            assert!(!problems.0.is_empty());
            assert!(problems.0.iter().all(|problem| !problem.hint.is_empty() && !problem.what.is_empty()));
            problems.to_string()
        }
    };
    for (name, value) in pairs.iter().filter(|(name, _)| secret(name)) {
        // Short words stand in hints of ours too.
        let canary = value.trim();
        let open = pairs.iter().any(|(other, text)| !secret(other) && text.contains(canary));
        let known = ["sqlite://countersign.db", "postgres://", "smtp://", "smtps://"];
        if canary.chars().count() > 16
            && !open
            && !known.iter().any(|k| k.contains(canary))
            && !countersign::config::example().contains(canary)
        {
            assert!(!told.contains(canary), "{name} is told: {told}");
        }
    }
});
