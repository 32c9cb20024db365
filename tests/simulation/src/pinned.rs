//! Seeds that broke a promise once. They are lived before all others, for ever.

/// A seed that is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pin {
    /// The seed.
    pub seed: u64,
    /// On SQLite.
    pub sqlite: bool,
    /// What it showed.
    pub reason: String,
}

/// All of them, from `pinned.txt`: a seed, `memory` or `sqlite`, and the reason.
///
/// # Panics
/// When a line is none.
pub fn all() -> Vec<Pin> {
    let lines = include_str!("../pinned.txt").lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#'));
    let pin = |line: &str| {
        let mut words = line.splitn(3, ' ');
        let seed = words.next()?.parse().ok()?;
        let sqlite = match words.next()? {
            "memory" => false,
            "sqlite" => true,
            _ => return None,
        };
        let reason = words.next().map(str::trim).filter(|reason| reason.len() > 20)?;
        Some(Pin { seed, sqlite, reason: reason.to_owned() })
    };
    lines
        .map(|line| pin(line).unwrap_or_else(|| panic!("pinned.txt: \"{line}\" is not a seed with a reason")))
        .collect()
}
