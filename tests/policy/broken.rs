//! One file for each kind of mistake, and what is said about it.

use super::{SMALL, load};
use std::fmt::Write;

/// A mistake: what it is, what stands in the good file, what stands there instead.
pub(super) type Mistake = (&'static str, &'static str, &'static str);

/// What one is told, for each mistake in turn.
pub(super) fn told(mistakes: &[Mistake]) -> String {
    let mut all = String::new();
    for (what, good, bad) in mistakes {
        assert!(SMALL.contains(good), "{what}: {good:?} is not in the file");
        let text = SMALL.replacen(good, bad, 1);
        let said = match load(&text) {
            Err(problems) => problems.to_string(),
            Ok(loaded) => {
                assert!(!loaded.warnings.is_empty(), "{what}: nobody minds");
                let warnings: Vec<String> = loaded.warnings.iter().map(ToString::to_string).collect();
                format!("LOADS, WITH A WARNING\n{}", warnings.join("\n"))
            }
        };
        writeln!(all, "-- {what}\n{said}\n").unwrap();
    }
    all
}

#[test]
fn the_small_organisation_is_sound() {
    let loaded = load(SMALL).unwrap_or_else(|problems| panic!("{problems}"));
    assert_eq!(loaded.warnings, []);
}

/// rule 6
#[test]
fn toml_and_types() {
    let said = told(&[
        ("TOML: a text without quotes", "level = \"member\"", "level = member"),
        ("TOML: a quote is open", "id = \"bob\"", "id = \"bob"),
        ("TOML: a list is open", "teams = [\"sre\"]", "teams = [\"sre\""),
        ("TOML: a key twice", "level = \"member\"", "level = \"member\"\nlevel = \"manager\""),
        ("TOML: no value", "required = 1", "required ="),
        ("TOML: two mistakes", "id = \"ann\"\nemail = \"ann@acme.com\"", "id = ann\nemail = ann"),
        ("a number in quotes", "required = 1", "required = \"1\""),
        ("a flag in quotes", "timeout = \"30m\"", "distinct = \"no\""),
        ("a section that is a text", "match = { resources = [\"prod-*\"] }", "match = \"prod-*\""),
        ("one section where many go", "[[resources]]", "[resources]"),
        ("a list where a text goes", "level = \"member\"", "level = [\"member\"]"),
        ("unknown key", "required = 1", "requierd = 1"),
        ("unknown section", "[[resources]]", "[[resource]]"),
        ("unknown key in match", "match = { resources", "match = { resource"),
    ]);
    insta::assert_snapshot!(said);
}

/// rule 1
#[test]
fn organisation_and_people() {
    let said = told(&[
        (
            "no organisation",
            "[organisation]\nlevels = [\"member\", \"team-lead\", \"manager\"]\nteams = [\"sre\", \"security\"]\n",
            "",
        ),
        ("no levels", "levels = [\"member\", \"team-lead\", \"manager\"]\n", ""),
        ("a level twice", "\"member\", \"team-lead\"", "\"member\", \"member\", \"team-lead\""),
        ("unknown team of a person", "teams = [\"sre\"]", "teams = [\"secrity\"]"),
        ("unknown level", "level = \"team-lead\"", "level = \"teamlead\""),
        ("unknown manager", "manager = \"bob\"", "manager = \"bobby\""),
        ("own manager", "manager = \"bob\"", "manager = \"ann\""),
        ("managers in a circle", "id = \"bob\"", "id = \"bob\"\nmanager = \"ann\""),
        ("a person twice", "id = \"eve\"", "id = \"bob\""),
        ("an e-mail twice", "eve@acme.com", "Bob@Acme.com"),
        ("no e-mail address", "eve@acme.com", "eve"),
        ("no id", "id = \"eve\"\n", ""),
        ("time zone", "level = \"member\"", "level = \"member\"\ntimezone = \"Europe/Berln\""),
        ("time zone, far off", "level = \"member\"", "level = \"member\"\ntimezone = \"home\""),
        (
            "too many open requests",
            "[organisation]",
            "[organisation]\nopen_requests_per_person = 100000000000000000000",
        ),
        (
            "administrators depend on a request",
            "[organisation]",
            "[organisation]\nadministrators = [\"the requester's manager\"]",
        ),
        ("an account of two people", "id = \"bob\"", "id = \"bob\"\nslack = \"T00000001/U00000001\""),
        ("a name that turns around", "id = \"bob\"", "id = \"bob\"\nname = \"Bob\u{202e}\""),
    ]);
    insta::assert_snapshot!(said);
}

/// THREATS A04
#[test]
fn abuse_a04_handles_are_refused() {
    let slack = "slack = \"T00000001/U00000001\"";
    let said = told(&[
        ("Slack handle", slack, "slack = \"@ann\""),
        ("Slack id without its workspace", slack, "slack = \"U00000001\""),
        ("Telegram handle", slack, "telegram = \"@ann\""),
        ("Telegram number as a number", slack, "telegram = 123456789"),
        ("Telegram name", slack, "telegram = \"ann_w\""),
        ("Discord handle", slack, "discord = \"ann#1234\""),
        ("Teams e-mail", slack, "teams_account = \"ann@acme.com\""),
        ("a channel's name", "priority = \"high\"", "notify = { slack = [\"#prod\"] }"),
    ]);
    insta::assert_snapshot!(said);
}

/// THREATS E09
#[test]
fn abuse_e09_names_have_one_spelling() {
    let said = told(&[
        ("upper case", "id = \"eve\"", "id = \"Eve\""),
        ("a space", "id = \"prod-db\"", "id = \"prod db\""),
        ("a trailing dot", "id = \"eve\"", "id = \"eve.\""),
        ("a look-alike letter", "id = \"eve\"", "id = \"\u{435}ve\""),
        ("empty", "id = \"eve\"", "id = \"\""),
        ("access level", "\"read-write\"]", "\"Read Write\"]"),
        ("wildcard", "id = \"prod-db\"", "id = \"prod-*\""),
    ]);
    insta::assert_snapshot!(said);
}

/// rule 2
#[test]
fn resources_and_connectors() {
    let said = told(&[
        ("unknown kind", "kind = \"database\"", "kind = \"databse\""),
        ("no longest time", "max_duration = \"8h\"\n", ""),
        ("a duration without unit", "max_duration = \"8h\"", "max_duration = \"8\""),
        ("a duration as a number", "max_duration = \"8h\"", "max_duration = 8"),
        ("a duration of words", "max_duration = \"8h\"", "max_duration = \"eight hours\""),
        ("a duration of years", "max_duration = \"8h\"", "max_duration = \"9999d\""),
        ("a negative duration", "max_duration = \"8h\"", "max_duration = \"-8h\""),
        ("no access levels", "access = [\"read-only\", \"read-write\"]", "access = []"),
        ("an access level twice", "\"read-only\", \"read-write\"", "\"read-only\", \"read-only\""),
        ("unknown default", "kind = \"database\"", "kind = \"database\"\ndefault_access = \"read-wrte\""),
        ("unknown owner", "kind = \"database\"", "kind = \"database\"\nowners = [\"carol\"]"),
        ("unknown connector", "kind = \"database\"", "kind = \"database\"\nconnector = \"forwardauth\""),
        ("postgres without its section", "kind = \"database\"", "kind = \"database\"\nconnector = \"postgres\""),
        ("unknown kind of connector", "[[resources]]", "[connectors.main]\nkind = \"mysql\"\n[[resources]]"),
        ("a secret", "[[resources]]", "[connectors.main]\nkind = \"postgres\"\npassword = \"hunter2\"\n[[resources]]"),
        (
            "a resource twice",
            "[[workflows]]",
            "[[resources]]\nid = \"prod-db\"\nkind = \"database\"\nmax_duration = \"1h\"\n[[workflows]]",
        ),
    ]);
    insta::assert_snapshot!(said);
}

/// rules 4 and 9
#[test]
fn workflows_and_selectors() {
    let said = told(&[
        ("unknown priority", "priority = \"high\"", "priority = \"hihg\""),
        ("unknown priority, far off", "priority = \"high\"", "priority = \"urgent\""),
        ("negative priority", "priority = \"high\"", "priority = -3"),
        ("unknown resource", "[\"prod-*\"]", "[\"prod-bd\"]"),
        ("unknown tag", "[\"prod-*\"]", "[\"tag = prod\"]"),
        ("unknown kind", "[\"prod-*\"]", "[\"kind = webapp\"]"),
        ("bad pattern", "[\"prod-*\"]", "[\"prod-[\"]"),
        ("pattern of nothing", "[\"prod-*\"]", "[\"prd-*\", \"prod-db\"]"),
        ("neither", "[\"prod-*\"]", "[\"name = prod\"]"),
        ("empty list", "[\"prod-*\"]", "[]"),
        ("no match", "match = { resources = [\"prod-*\"] }\n", ""),
        ("unknown access level", "[\"prod-*\"] }", "[\"prod-*\"], access = [\"readonly\"] }"),
        ("unknown day", "[\"prod-*\"] }", "[\"prod-*\"], windows = [\"mon-fry 09:00-17:00\"] }"),
        ("bad window", "[\"prod-*\"] }", "[\"prod-*\"], windows = [\"mon-fri 9-17\", \"always\"] }"),
        ("window elsewhere", "[\"prod-*\"] }", "[\"prod-*\"], windows = [\"mon 09:00-17:00 Europe/Paris2\"] }"),
        ("a team that is no selector", "[\"level >= team-lead\"]", "[\"security\"]"),
        ("a level that is no selector", "[\"level >= team-lead\"]", "[\"team-lead\"]"),
        ("a level downwards", "[\"level >= team-lead\"]", "[\"level > team-lead\"]"),
        ("an unknown level", "[\"level >= team-lead\"]", "[\"level >= teamlead\"]"),
        ("an unknown team", "[\"level >= team-lead\"]", "[\"level >= team-lead in team srre\"]"),
        ("an unknown person", "[\"level >= team-lead\"]", "[\"person = ana\"]"),
        ("nonsense", "[\"level >= team-lead\"]", "[\"everyone nice\"]"),
        ("twice the same", "[\"level >= team-lead\"]", "[\"level >= team-lead\", \"level>=team-lead\"]"),
        ("requesters named by themselves", "[\"prod-*\"] }", "[\"prod-*\"], requesters = [\"manager of requester\"] }"),
        (
            "a workflow twice",
            "[[workflows]]",
            "[[workflows]]\nid = \"prod\"\nmatch = {}\n[[workflows.steps]]\nname = \"A\"\napprovers = [\"team = sre\"]\n[[workflows]]",
        ),
        ("unknown platform", "priority = \"high\"", "notify = { approvers = [\"slak\"] }"),
    ]);
    insta::assert_snapshot!(said);
}

/// rules 6, 17, 19, 24
#[test]
fn steps_and_rules() {
    let step =
        "[[workflows.steps]]\nname = \"Lead\"\napprovers = [\"level >= team-lead\"]\nrequired = 1\ntimeout = \"30m\"\n";
    let rule = |rule: &str| -> &'static str { format!("timeout = \"30m\"\n{rule}").leak() };
    let said = told(&[
        ("no steps", step, ""),
        ("no approvers", "approvers = [\"level >= team-lead\"]\n", ""),
        ("empty approvers", "approvers = [\"level >= team-lead\"]", "approvers = []"),
        ("nobody required", "required = 1", "required = 0"),
        ("less than nobody", "required = 1", "required = -1"),
        ("far too many", "required = 1", "required = 1000000"),
        ("escalates to nobody", "timeout = \"30m\"", "on_timeout = \"escalate\""),
        ("fallback never asked", "timeout = \"30m\"", "fallback = [\"team = security\"]"),
        ("unknown end", "timeout = \"30m\"", "on_timeout = \"approve\""),
        ("a step twice", "timeout = \"30m\"\n", rule(step)),
        ("reminded too late", "timeout = \"30m\"", "timeout = \"30m\"\nremind_every = \"1h\""),
        (
            "rule without a name",
            "timeout = \"30m\"\n",
            rule("[[workflows.auto_approve]]\nmatch = { max_duration = \"1h\" }"),
        ),
        ("rule that always fires", "timeout = \"30m\"\n", rule("[[workflows.auto_approve]]\nname = \"all\"")),
        (
            "rule that always fires, said",
            "timeout = \"30m\"\n",
            rule("[[workflows.auto_approve]]\nname = \"all\"\nmatch = {}"),
        ),
        (
            "rule for an unknown step",
            "timeout = \"30m\"\n",
            rule("[[workflows.auto_approve]]\nname = \"a\"\nmatch = { max_duration = \"1h\" }\nsteps = [\"Led\"]"),
        ),
        (
            "rule for no step",
            "timeout = \"30m\"\n",
            rule("[[workflows.auto_approve]]\nname = \"a\"\nmatch = { max_duration = \"1h\" }\nsteps = []"),
        ),
        (
            "denial without a message",
            "timeout = \"30m\"\n",
            rule("[[workflows.auto_deny]]\nname = \"a\"\nmatch = { max_duration = \"1h\" }"),
        ),
    ]);
    insta::assert_snapshot!(said);
}

/// rules 6 and 13
#[test]
fn chains_that_nobody_could_complete() {
    let second = |step: &str| -> &'static str { format!("timeout = \"30m\"\n[[workflows.steps]]\n{step}").leak() };
    let said = told(&[
        ("more than there are", "required = 1", "required = 3"),
        ("nobody at all", "[\"level >= team-lead\"]", "[\"level >= manager in team sre\"]"),
        ("more denials than there are", "required = 1", "deny_required = 3"),
        ("a team of one, who may not be the requester", "[\"level >= team-lead\"]", "[\"team = security\"]"),
        (
            "the same two people for three slots",
            "timeout = \"30m\"\n",
            second("name = \"Again\"\napprovers = [\"level >= team-lead\"]\nrequired = 2\n"),
        ),
        ("managers of the requester, where few have one", "[\"level >= team-lead\"]", "[\"manager of requester\"]"),
        ("owners of what nobody owns", "[\"level >= team-lead\"]", "[\"owners of resource\"]"),
        ("deactivated", "level = \"manager\"", "level = \"manager\"\nactive = false"),
        ("longer than the request may live", "priority = \"high\"", "limits = { request_ttl = \"10m\" }"),
        (
            "no workflow for a resource",
            "[[workflows]]",
            "[[resources]]\nid = \"vpn\"\nkind = \"vpn\"\nmax_duration = \"1h\"\n[[workflows]]",
        ),
    ]);
    insta::assert_snapshot!(said);
}

/// All mistakes of a file are said at once, in the order of their lines.
#[test]
fn all_at_once() {
    let text = SMALL
        .replace("level = \"manager\"", "level = \"mangler\"")
        .replace("kind = \"database\"", "kind = \"db\"")
        .replace("required = 1", "required = 0");
    let problems = load(&text).unwrap_err();
    let lines: Vec<usize> = problems.0.iter().map(|p| p.line).collect();
    assert_eq!(lines, [22, 26, 38], "{problems}");
}
