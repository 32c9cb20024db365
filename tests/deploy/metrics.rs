//! Dashboards and alerts ask for metrics that there are, and every alert says what to do.

use super::{Server, read, words};
use serde_json::json;

/// Every series that a server may have, by the types that it names: a counter has `_total`, a histogram three.
fn series(metrics: &str) -> Vec<String> {
    let types = metrics.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split_once(' '));
    let names = types.flat_map(|(name, kind)| {
        let endings: &[&str] = match kind {
            "counter" => &["_total"],
            "histogram" => &["_bucket", "_sum", "_count"],
            _ => &[""],
        };
        endings.iter().map(move |ending| format!("{name}{ending}"))
    });
    names.collect()
}

#[tokio::test]
async fn dashboards_and_alerts_name_only_metrics_that_there_are() {
    let server = Server::demo();
    // Times to decision are there once there was a decision.
    let asked = server.post("dev", "requests", json!({"resource": "grafana", "duration": "1h"})).await;
    let id = asked["short_id"].as_str().unwrap();
    server.post("lisa", &format!("requests/{id}/votes"), json!({"decision": "approve"})).await;
    let there = series(&server.get("/metrics").await);
    assert!(there.len() > 15, "{there:?}");
    for (file, least) in [
        ("deploy/grafana/countersign.json", 15),
        ("deploy/prometheus/alerts.yaml", 9),
        ("deploy/prometheus/alerts.test.yaml", 9),
        ("docs/OPERATIONS.md", 5),
    ] {
        let asked = words(&read(file), "countersign_", |c| c.is_ascii_lowercase() || c == '_');
        assert!(asked.len() >= least, "{file} names only {asked:?}");
        for name in asked {
            assert!(there.contains(&name), "{file}: there is no metric {name}");
        }
    }
}

/// Each alert has a section under its name in the operators' manual, and the other way round; overdue access comes first.
#[test]
fn every_alert_says_what_to_do() {
    let (alerts, manual, tests) =
        (read("deploy/prometheus/alerts.yaml"), read("docs/OPERATIONS.md"), read("deploy/prometheus/alerts.test.yaml"));
    let rules: Vec<&str> = alerts.split("- alert: ").skip(1).collect();
    let names: Vec<&str> = rules.iter().map(|rule| rule.lines().next().unwrap()).collect();
    assert_eq!(names[0], "CountersignGrantsOverdue");
    for (rule, name) in rules.iter().zip(&names) {
        for part in ["severity: ", "summary: ", "description: ", "action: "] {
            assert!(rule.contains(part), "{name} has no {part}");
        }
        assert!(rule.contains(&format!("runbook_url: docs/OPERATIONS.md#{}\n", name.to_lowercase())), "{name}");
        assert!(tests.contains(name), "{name} is not tested");
    }
    let sections: Vec<&str> = manual.lines().filter_map(|line| line.strip_prefix("### ")).collect();
    let described: Vec<&str> = sections.into_iter().filter(|title| title.starts_with("Countersign")).collect();
    assert_eq!(described, names, "the manual's sections are the alerts, in their order");
}
