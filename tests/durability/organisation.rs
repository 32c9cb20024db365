//! Two hundred people, so that a load never runs out of somebody to ask or to vote.

use std::fmt::Write;

/// Who ask: `dev0` ...
pub const DEVS: usize = 120;
/// Team leads `lead0` ..., managers `boss0` ..., security `sec0` ...
pub const VOTERS: [(&str, usize); 3] = [("lead", 30), ("boss", 20), ("sec", 30)];
/// `prod-0` ... take the three steps of the demo organisation; `quick-0` ... take one step of a minute.
pub const RESOURCES: usize = 40;

/// The policy file.
pub fn policy() -> String {
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
id = "quick"
match = { resources = ["quick-*"] }
steps = [{ name = "Team lead", approvers = ["level >= team-lead"], timeout = "1m" }]
"#,
    );
    text
}
