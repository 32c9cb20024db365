//! Clocks and counters of this machine.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Milliseconds of the wall clock.
pub fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

/// Processor time of this process, in seconds.
pub fn own_cpu() -> f64 {
    let text = std::fs::read_to_string("/proc/self/schedstat").unwrap_or_default();
    let threads = std::fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    let nanoseconds = |text: &str| text.split(' ').next().and_then(|n| n.parse::<f64>().ok()).unwrap_or(0.0);
    let all: f64 =
        threads.map(|t| nanoseconds(&std::fs::read_to_string(t.path().join("schedstat")).unwrap_or_default())).sum();
    all.max(nanoseconds(&text)) / 1e9
}
