//! Two hundred people, so that a load never runs out of somebody to ask or to vote.

use crate::target::Target;
use std::fmt::Write;

/// Who ask: `dev0` ...
pub const DEVS: usize = 120;
/// Team leads `lead0` ..., managers `boss0` ..., security `sec0` ...
pub const VOTERS: [(&str, usize); 3] = [("lead", 30), ("boss", 20), ("sec", 30)];
/// `prod-0` ... take the three steps of the demo organisation; `quick-0` ... take one step of a minute.
pub const RESOURCES: usize = 40;

/// Asked for and granted by one lead: `web-0` ... are pages behind a proxy, `role-0` ... roles on a real PostgreSQL.
pub const APPS: usize = 20;

/// Who may vote at a step of a workflow, told apart by their names: the checker asks here, not the server.
pub fn may_vote(workflow: &str, step: usize, person: &str) -> bool {
    let is = |group: usize| {
        let (name, count) = VOTERS[group];
        person.strip_prefix(name).and_then(|n| n.parse::<usize>().ok()).is_some_and(|n| n < count)
    };
    match (workflow, step) {
        ("three" | "one" | "quick" | "told", 0) => is(0) || is(1),
        ("three", 1) => is(1),
        ("three", 2) => is(2),
        _ => false,
    }
}

/// How many must, in a workflow's steps.
pub fn required(workflow: &str) -> &'static [usize] {
    match workflow {
        "three" => &[1, 1, 2],
        "one" | "quick" | "told" => &[1],
        _ => &[],
    }
}

/// The policy file; with roles on a target where there is one.
pub fn policy(target: Option<&Target>) -> String {
    let mut text = String::from(
        "[organisation]\nlevels = [\"member\", \"team-lead\", \"manager\", \"admin\"]\nteams = [\"sre\", \"security\"]\n\
         open_requests_per_person = 1000\n",
    );
    let mut people = |name: &str, count: usize, rest: &str| {
        for n in 0..count {
            let _ = writeln!(text, "[[people]]\nid = \"{name}{n}\"\nemail = \"{name}{n}@acme.com\"\n{rest}");
        }
    };
    people("dev", DEVS, "level = \"member\"\nteams = [\"sre\"]");
    people(VOTERS[0].0, VOTERS[0].1, "level = \"team-lead\"");
    people(VOTERS[1].0, VOTERS[1].1, "level = \"manager\"");
    people(VOTERS[2].0, VOTERS[2].1, "level = \"member\"\nteams = [\"security\"]");
    for n in 0..RESOURCES {
        for kind in ["prod", "quick"] {
            let _ =
                writeln!(text, "[[resources]]\nid = \"{kind}-{n}\"\nkind = \"approval_only\"\nmax_duration = \"8h\"");
        }
    }
    for n in 0..APPS {
        let _ = writeln!(
            text,
            "[[resources]]\nid = \"web-{n}\"\nkind = \"web_app\"\nmax_duration = \"8h\"\nconnector = \"forward-auth\"\n\
             target = {{ hosts = [\"web-{n}.acme.internal\"] }}"
        );
    }
    text.push_str(&target.map(|target| target.policy(APPS)).unwrap_or_default());
    text.push_str(
        r#"
[[workflows]]
id = "three"
match = { resources = ["prod-*"] }
steps = [
    { name = "Team lead", approvers = ["level >= team-lead"] },
    { name = "Manager", approvers = ["level >= manager"] },
    { name = "Security", approvers = ["team = security"], required = 2 },
]

[[workflows]]
id = "one"
match = { resources = ["web-*", "role-*"] }
steps = [{ name = "Team lead", approvers = ["level >= team-lead"] }]

[[workflows]]
id = "quick"
match = { resources = ["quick-*"] }
steps = [{ name = "Team lead", approvers = ["level >= team-lead"], timeout = "1m" }]
"#,
    );
    text
}
