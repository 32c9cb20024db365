//! What chance makes of a good file is refused, or is still a policy that asks somebody.

use super::{EXAMPLE, PEERS, load};
use proptest::prelude::*;

/// One thing that happens to a file.
#[derive(Clone, Debug)]
enum Accident {
    LosesLine(usize),
    Repeats(usize),
    Swaps(usize, usize),
    Cut(usize),
    Types(usize, String),
    Forgets(usize, usize),
}

fn accident() -> impl Strategy<Value = Accident> {
    let tokens = prop_oneof![
        Just("\"".to_owned()),
        Just("= 0".to_owned()),
        Just("-1".to_owned()),
        Just("[]".to_owned()),
        Just("#".to_owned()),
        Just("[[workflows]]\n".to_owned()),
        Just("required = 0\n".to_owned()),
        Just("approvers = []\n".to_owned()),
        Just("\u{202e}".to_owned()),
        "\\PC{1,4}",
    ];
    prop_oneof![
        any::<usize>().prop_map(Accident::LosesLine),
        any::<usize>().prop_map(Accident::Repeats),
        any::<(usize, usize)>().prop_map(|(a, b)| Accident::Swaps(a, b)),
        any::<usize>().prop_map(Accident::Cut),
        (any::<usize>(), tokens).prop_map(|(at, text)| Accident::Types(at, text)),
        (any::<usize>(), 1..12usize).prop_map(|(at, n)| Accident::Forgets(at, n)),
    ]
}

fn suffer(text: &str, accident: &Accident) -> String {
    let mut lines: Vec<&str> = text.lines().collect();
    let mut chars: Vec<char> = text.chars().collect();
    if lines.is_empty() {
        return String::new();
    }
    let (line, char) = (|n: usize| n % text.lines().count(), |n: usize| n % text.chars().count());
    match accident {
        Accident::LosesLine(n) => drop(lines.remove(line(*n))),
        Accident::Repeats(n) => lines.insert(line(*n), lines[line(*n)]),
        Accident::Swaps(a, b) => lines.swap(line(*a), line(*b)),
        Accident::Cut(n) => return chars[..char(*n)].iter().collect(),
        Accident::Types(at, new) => drop(chars.splice(char(*at)..char(*at), new.chars())),
        Accident::Forgets(at, n) => drop(chars.drain(char(*at)..(char(*at) + n).min(chars.len()))),
    }
    match accident {
        Accident::Types(..) | Accident::Forgets(..) => chars.into_iter().collect(),
        _ => lines.join("\n"),
    }
}

/// The file without comments, so that accidents happen to something.
fn bare() -> String {
    EXAMPLE.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).collect::<Vec<_>>().join("\n")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_500, ..ProptestConfig::default() })]

    /// THREATS E08: nothing broken ever lets anybody through.
    #[test]
    fn abuse_e08_a_broken_policy_never_loads_without_approvers(
        peers in any::<bool>(),
        accidents in prop::collection::vec(accident(), 1..4),
    ) {
        let whole = if peers { PEERS.to_owned() } else { bare() };
        let text = accidents.iter().fold(whole, |text, accident| suffer(&text, accident));
        match load(&text) {
            Ok(loaded) => for workflow in loaded.policy.workflows.values() {
                prop_assert!(!workflow.steps.is_empty());
                for step in &workflow.steps {
                    prop_assert!(step.required >= 1 && !step.approvers.is_empty());
                }
                for rule in &workflow.auto_approve {
                    prop_assert!(rule.when != Default::default());
                }
            },
            Err(problems) => for problem in &problems.0 {
                prop_assert!(problem.line >= 1 && problem.line <= text.lines().count() + 1, "{problem}");
                prop_assert!(!problem.what.is_empty());
            },
        }
    }

    #[test]
    fn abuse_e08_arbitrary_text_never_panics(text in "\\PC{0,200}") {
        prop_assert!(load(&text).is_err());
    }
}
