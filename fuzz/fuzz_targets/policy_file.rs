//! Policy files: one that loads is whole, one that does not says where, and neither depends on luck.
#![no_main]

use countersign::policy_file::parse;
use countersign_engine::selector::Selector;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let lines = text.lines().count().max(1);
    match parse(text, "policy.toml") {
        Ok(loaded) => {
            let policy = &loaded.policy;
            let again = parse(text, "policy.toml").expect("the same text, the same policy");
            assert_eq!(format!("{:?}", again.policy), format!("{policy:?}"));
            for workflow in policy.workflows.values() {
                assert!(!workflow.steps.is_empty(), "a workflow without steps would approve by itself");
                for step in &workflow.steps {
                    assert!(step.required >= 1 && !step.approvers.is_empty());
                    for selector in &step.approvers {
                        if let Selector::Person(id) = selector {
                            assert!(policy.directory.person(id).is_some(), "nobody is called {id}");
                        }
                    }
                }
            }
            for resource in policy.resources.values() {
                assert!(resource.access.contains(&resource.default_access));
            }
        }
        Err(problems) => {
            assert!(!problems.0.is_empty());
            for problem in &problems.0 {
                assert!((1..=lines + 1).contains(&problem.line) && problem.column >= 1, "{problem}");
                assert!(!problem.what.trim().is_empty());
            }
        }
    }
});
