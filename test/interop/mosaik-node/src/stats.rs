//! What the process costs, as Linux counts it.

use {
    crate::Failure,
    serde_json::{Value, json},
    std::fs::read_to_string,
};

/// Clock ticks of /proc a second, the same on every Linux that Rust runs on.
const TICKS: u64 = 100;

/// `cpuMs`: processor time until now; `rssBytes`, `peakRssBytes`: memory now and at most.
pub fn stats() -> Result<Value, Failure> {
    let stat = read_to_string("/proc/self/stat")?;
    // The name of the process comes second and may have spaces; it ends with the last parenthesis.
    let after: Vec<&str> = stat
        .rsplit(')')
        .next()
        .unwrap_or_default()
        .split_whitespace()
        .collect();
    let ticks = |index: usize| {
        after
            .get(index)
            .and_then(|text| text.parse::<u64>().ok())
            .ok_or("no processor time")
    };
    let status = read_to_string("/proc/self/status")?;
    let bytes = |name: &str| {
        let line = status
            .lines()
            .find(|line| line.starts_with(name))
            .ok_or("no memory")?;
        line.split_whitespace()
            .nth(1)
            .and_then(|text| text.parse::<u64>().ok())
            .map(|kib| kib * 1024)
            .ok_or("no memory")
    };
    Ok(json!({
        "cpuMs": (ticks(11)? + ticks(12)?) * 1000 / TICKS,
        "rssBytes": bytes("VmRSS:")?,
        "peakRssBytes": bytes("VmHWM:")?,
    }))
}
