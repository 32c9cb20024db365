//! What connector jobs do, and what answers mean: every case.

use countersign_engine::{
    decide::Report,
    effect::Effect,
    errand::{Errand, given, is_too_late, is_wanted, read_back, taken_away},
    grant::{EndReason, Grant, GrantState, Terms},
    ports::{Delivery, Observation, Outcome},
    time::Length,
};
use countersign_kit::moment;

fn grants() -> [Grant; 6] {
    let (at, why) = (moment(10, 0), EndReason::Expired);
    [
        GrantState::Scheduled { start_by: at },
        GrantState::Granting { since: at, give_up_at: at },
        GrantState::Active { since: at, expires_at: at, warned: false },
        GrantState::Revoking { since: at, why: why.clone(), overdue: None },
        GrantState::Ended { at, why },
        GrantState::Failed { at, error: None },
    ]
    .map(|state| Grant { terms: terms(), state, trouble: None, delivery: Vec::new() })
}

fn terms() -> Terms {
    Terms {
        request: "r".into(),
        holder: "dev".into(),
        resource: "box".into(),
        access: "use".into(),
        duration: Length::hours(1),
        connector: "box".into(),
        target_name: "cs_r".into(),
    }
}

/// rule 36: what a job does depends on the grant as it is now, not as it was when the job was made
#[test]
fn a_job_does_what_is_still_wanted() {
    let does = |effect: Effect| {
        grants().map(|grant| match Errand::of(&effect, Some(&grant)) {
            Errand::Give(_) => "give",
            Errand::TakeAway(_) => "take away",
            Errand::TakeBack(_) => "take back",
            Errand::Nothing => "-",
        })
    };
    assert_eq!(does(Effect::Grant), ["-", "give", "-", "-", "take back", "take back"]);
    assert_eq!(does(Effect::Revoke), ["-", "-", "-", "take away", "-", "-"]);
    assert_eq!(does(Effect::Refresh), ["-"; 6]);
    assert_eq!(Errand::of(&Effect::Grant, None), Errand::Nothing);
    assert_eq!(grants().map(|grant| is_wanted(Some(&grant))), [false, true, false, false, false, false]);
    assert_eq!(grants().map(|grant| is_too_late(Some(&grant))), [true, false, false, true, true, true]);
    assert!(!is_wanted(None) && is_too_late(None));
}

/// rule 36 (abuse C02): unknown is read back, never assumed
#[test]
fn abuse_c02_unknown_is_read_back() {
    let after = |seen, wanted| read_back::<()>("no answer".into(), seen, wanted);
    let (not, unknown) = (Outcome::DefinitelyNot("no answer".into()), Outcome::Unknown("no answer".into()));
    for wanted in [true, false] {
        assert_eq!(after(Observation::Absent, wanted), Some(not.clone()));
        assert_eq!(after(Observation::Unknown("silent".into()), wanted), Some(unknown.clone()));
    }
    assert_eq!(after(Observation::Present, true), None, "asked once more");
    assert_eq!(after(Observation::Present, false), Some(unknown));
    assert_eq!(given(Outcome::Done(Delivery::default())), Report::Granted(Vec::new()));
    for said in [Outcome::DefinitelyNot("x".into()), Outcome::Unknown("x".into())] {
        assert_eq!(given(said), Report::NotGranted("x".into()));
    }
}

/// rule 38 (abuse C07): what is left at the target decides
#[test]
fn abuse_c07_gone_is_what_is_read_back() {
    let not = |text: &str| Report::NotRevoked(text.into());
    assert_eq!(taken_away(Outcome::Done(()), Observation::Absent), Report::Revoked);
    let still = "the target says that it is done, but the access is still there";
    assert_eq!(taken_away(Outcome::Done(()), Observation::Present), not(still));
    assert_eq!(taken_away(Outcome::Done(()), Observation::Unknown("silent".into())), not("silent"));
    for seen in [Observation::Absent, Observation::Present, Observation::Unknown("silent".into())] {
        assert_eq!(taken_away(Outcome::DefinitelyNot("x".into()), seen.clone()), not("x"));
        assert_eq!(taken_away(Outcome::Unknown("x".into()), seen), not("x"));
    }
}
