//! The example that ships, the file the peers use, and the builder that tests use are one organisation.

use super::{EXAMPLE, PEERS, SMALL, load};
use countersign::policy_file::Loaded;
use countersign_engine::{
    address::Address,
    person::{Account, Person, Platform},
    policy::Policy,
    resource::Resource,
    workflow::{Notify, Workflow},
};

fn example() -> Loaded {
    load(EXAMPLE).unwrap_or_else(|problems| panic!("{problems}"))
}
fn peers() -> Loaded {
    load(PEERS).unwrap_or_else(|problems| panic!("{problems}"))
}

/// Everything that decides anything. Accounts, notifications and descriptions are left out.
fn essence(policy: &Policy) -> String {
    let people: Vec<Person> =
        policy.directory.everyone().map(|person| Person { accounts: Default::default(), ..person.clone() }).collect();
    let resources: Vec<Resource> =
        policy.resources.values().map(|r| Resource { description: String::new(), ..r.clone() }).collect();
    let workflows: Vec<Workflow> = policy
        .workflows
        .values()
        .map(|w| Workflow { notify: Notify::default(), telegram_may_decide: false, ..w.clone() })
        .collect();
    let (levels, teams) = (policy.directory.levels(), policy.directory.teams());
    let zones: Vec<_> = people.iter().map(|p| policy.directory.timezone_of(p)).collect();
    format!("{levels:#?}{teams:#?}{zones:?}{people:#?}{resources:#?}{workflows:#?}{:#?}", policy.settings)
}

#[test]
fn the_example_is_the_demo_organisation() {
    assert_eq!(essence(&example().policy), essence(&countersign_kit::acme()));
}

#[test]
fn the_peers_play_the_same_organisation() {
    assert_eq!(essence(&peers().policy), essence(&example().policy));
}

#[test]
fn the_example_says_which_resources_cannot_be_had_yet() {
    let warnings: Vec<String> = example().warnings.iter().map(ToString::to_string).collect();
    let [warning] = warnings.as_slice() else { panic!("{warnings:?}") };
    assert!(warning.contains("no workflow is for k8s-prod, sre-group, vpn-office"), "{warning}");
}

#[test]
fn the_peers_have_accounts_in_the_order_of_the_contract() {
    let policy = peers().policy;
    for (n, id) in ["dev", "lisa", "manager", "deputy", "sec1", "sec2", "sec3", "sec4"].iter().enumerate() {
        let tenant = "00000000-0000-0000-0000-000000000001";
        for (platform, tenant, user) in [
            (Platform::Slack, "T00000001", format!("U0000000{}", n + 1)),
            (Platform::Discord, "", format!("9000000000000000{}", n + 11)),
            (Platform::Telegram, "", format!("7000{}", n + 1)),
            (Platform::Teams, tenant, format!("00000000-0000-0000-0000-0000000000{}", n + 11)),
        ] {
            let account = Account { platform, tenant: tenant.into(), user };
            let owner = policy.directory.owner(&account).map(|p| p.id.as_str());
            assert_eq!(owner, Some(*id), "{account}");
        }
    }
    let place =
        |platform, tenant: &str, place: &str| Address::Place { platform, tenant: tenant.into(), place: place.into() };
    let places = [
        place(Platform::Slack, "T00000001", "C00000001"),
        place(Platform::Discord, "900000000000000001", "900000000000000002"),
        place(Platform::Telegram, "", "-1001000000001"),
        place(Platform::Teams, "00000000-0000-0000-0000-000000000001", "19:countersign@thread.tacv2"),
    ];
    for workflow in policy.workflows.values() {
        assert!(places.iter().all(|p| workflow.notify.places.contains(p)), "{}", workflow.id);
        assert_eq!(workflow.notify.approvers.len(), 5, "{}", workflow.id);
        assert!(workflow.telegram_may_decide);
    }
}

#[cfg(feature = "postgres")]
/// Uncommenting the example's own comments is what an operator does first: every line must hold.
#[test]
fn every_comment_of_the_example_holds() {
    let keys = |line: &str| {
        let body = line.strip_prefix("# ")?;
        let key = body.split(" = ").next()?;
        let is_key = body.contains(" = ") && key.chars().all(|c| c.is_ascii_lowercase() || c == '_');
        (is_key || (body.starts_with('[') && body.ends_with(']'))).then(|| body.to_owned())
    };
    let skipped = |line: &str| line.starts_with("teams_account") || line.starts_with("connector = \"main");
    let open: Vec<String> =
        EXAMPLE.lines().map(|line| keys(line).filter(|l| !skipped(l)).unwrap_or_else(|| line.to_owned())).collect();
    let open = open.join("\n").replace("connector = \"approval-only\"\n", "connector = \"main-postgres\"\n");
    let loaded = load(&open).unwrap_or_else(|problems| panic!("{problems}"));
    let settings: countersign_postgres::Settings = loaded.connectors["main-postgres"].settings.read().unwrap();
    assert_eq!((settings.host.as_str(), settings.port), ("db.acme.internal", 5432));
    let target: countersign_postgres::Target = loaded.targets[&"prod-db".into()].read().unwrap();
    assert_eq!(target.roles[&"read-write".into()], ["app_rw"]);
    assert!(!loaded.policy.workflows.values().all(|w| w.auto_deny.is_empty()));
}

/// A connector reads its own table, and its mistakes have places too.
#[test]
fn a_connectors_settings_keep_their_places() {
    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Settings {
        host: String,
        port: u16,
    }
    let text = format!("{SMALL}\n[connectors.main]\nkind = \"postgres\"\nhost = \"db\"\nport = 5432\n");
    let read = |text: &str| load(text).unwrap().connectors["main"].settings.read::<Settings>();
    let settings = read(&text).unwrap();
    assert_eq!((settings.host.as_str(), settings.port), ("db", 5432));
    let wrong = read(&text.replace("5432", "\"much\"")).unwrap_err();
    assert_eq!((wrong.line, wrong.column), (text.lines().count(), 8), "{wrong}");
}

#[test]
fn a_target_is_kept_for_the_connector() {
    #[derive(serde::Deserialize)]
    struct Target {
        hosts: Vec<String>,
    }
    let target: Target = example().targets[&"grafana".into()].read().unwrap();
    assert_eq!(target.hosts, ["grafana.acme.internal"]);
}
