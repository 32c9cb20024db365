//! Quiet hours hold back what can wait, and nothing else. Everything happens from 10:00 UTC on.

use super::*;
use countersign_engine::{preference::Quiet, time::Length};

fn quiet(from: &str, to: &str, timezone: Option<chrono_tz::Tz>) -> Preference {
    let time = |text: &str| format!("{text}:00").parse().unwrap();
    Preference { quiet: Some(Quiet { from: time(from), to: time(to), timezone }), ..Preference::default() }
}

async fn with_lisa(preference: Preference, change: impl FnOnce(&mut Policy)) -> (Pigeon, World) {
    let pigeon = Pigeon::new(Platform::Slack);
    let mut policy = reachable(&[Platform::Slack]);
    prefers(&mut policy, "lisa", preference);
    change(&mut policy);
    let w = world(policy, &[&pigeon]).await;
    (pigeon, w)
}

fn asked(pigeon: &Pigeon, person: &str) -> usize {
    at(pigeon, &direct(Platform::Slack, person)).len()
}

/// rule 47. The step of an hour runs on: she is asked when a third of it is left, 20 minutes before its end.
#[tokio::test]
async fn an_ask_waits_until_a_third_of_the_time_is_left() {
    let (pigeon, w) = with_lisa(quiet("22:00", "11:30", None), |_| {}).await;
    let id = w.api("dev").request("grafana", "10m").await.id();
    w.settle().await;
    assert_eq!((asked(&pigeon, "lisa"), asked(&pigeon, "manager")), (0, 1));
    assert_eq!(ledger(&w, &id, &direct(Platform::Slack, "lisa")).await[0].state.key(), "held");
    w.advance(Length::minutes(39)).await;
    assert_eq!(asked(&pigeon, "lisa"), 0);
    w.advance(Length::minutes(1)).await;
    assert_eq!(asked(&pigeon, "lisa"), 1);
}

#[tokio::test]
async fn an_ask_comes_when_the_quiet_is_over() {
    let (pigeon, w) = with_lisa(quiet("22:00", "10:15", None), |_| {}).await;
    w.api("dev").request("grafana", "10m").await;
    w.advance(Length::minutes(14)).await;
    assert_eq!(asked(&pigeon, "lisa"), 0);
    w.advance(Length::minutes(1)).await;
    assert_eq!(asked(&pigeon, "lisa"), 1);
}

/// The hours are those of the person's clock: 10:00 UTC is 19:00 in Tokyo, and 5:00 in New York.
#[tokio::test]
async fn quiet_hours_have_a_time_zone() {
    for (zone, expected) in [("Asia/Tokyo", 1), ("America/New_York", 0)] {
        let (pigeon, w) = with_lisa(quiet("22:00", "07:00", zone.parse().ok()), |_| {}).await;
        w.api("dev").request("grafana", "10m").await;
        w.settle().await;
        assert_eq!(asked(&pigeon, "lisa"), expected, "{zone}");
    }
    // Without one of their own, the hours are meant on the person's clock.
    let at_home = |policy: &mut Policy| {
        let wishes = policy.directory.preference(&"lisa".into());
        countersign_kit::change_person(policy, "lisa", |lisa| lisa.timezone = "America/New_York".parse().ok());
        prefers(policy, "lisa", wishes);
    };
    let (pigeon, w) = with_lisa(quiet("22:00", "07:00", None), at_home).await;
    w.api("dev").request("grafana", "10m").await;
    w.settle().await;
    assert_eq!(asked(&pigeon, "lisa"), 0);
}

/// Whoever was never asked hears nothing of what was decided without them.
#[tokio::test]
async fn what_is_over_by_morning_is_not_told() {
    let (pigeon, w) = with_lisa(quiet("22:00", "10:30", None), |_| {}).await;
    let id = w.api("dev").request("grafana", "10m").await.id();
    w.settle().await;
    w.api("manager").approve(&id).await;
    w.advance(Length::minutes(45)).await;
    assert_eq!(asked(&pigeon, "lisa"), 0);
    assert_eq!(ledger(&w, &id, &direct(Platform::Slack, "lisa")).await[0].state.key(), "given_up");
}

/// rule 28: reminders wait, and one of them is enough.
#[tokio::test]
async fn reminders_wait_and_do_not_pile_up() {
    let remind = |policy: &mut Policy| {
        for workflow in policy.workflows.values_mut() {
            workflow.steps.iter_mut().for_each(|step| step.remind_every = Some(Length::minutes(5)));
        }
    };
    let (pigeon, w) = with_lisa(quiet("10:04", "10:32", None), remind).await;
    w.api("dev").request("grafana", "10m").await;
    w.settle().await;
    for _ in 0..6 {
        w.advance(Length::minutes(5)).await;
    }
    assert_eq!((asked(&pigeon, "lisa"), asked(&pigeon, "manager")), (1, 7), "the ask, and six reminders");
    w.advance(Length::minutes(2)).await;
    assert_eq!(asked(&pigeon, "lisa"), 2);
}

/// rule 39: access that should be gone is told at any hour, on every way, by e-mail too.
#[tokio::test]
async fn an_overdue_alarm_is_never_held_back() {
    use countersign_engine::{
        effect::{Audience, Effect, News},
        selector::Selector,
    };
    let (slack, email) = (Pigeon::new(Platform::Slack), Pigeon::new(Platform::Email));
    let mut policy = reachable(&[Platform::Slack]);
    policy.settings.administrators = vec![Selector::Person("lisa".into())];
    let first = vec![Platform::Email];
    prefers(&mut policy, "lisa", Preference { first, ..quiet("00:00", "23:59", None) });
    let w = world(policy, &[&slack, &email]).await;
    let id = w.api("dev").request("grafana", "10m").await.id();
    w.settle().await;
    assert_eq!(email.letters().len() + asked(&slack, "lisa"), 0, "the ask waits");
    let request = w.store.request(&id).await.unwrap().unwrap();
    let alarm = Effect::Tell { audience: Audience::Operators, news: News::Overdue };
    w.store.raise(&request.id, &alarm, w.now()).await.unwrap();
    w.settle().await;
    assert_eq!((asked(&slack, "lisa"), at(&email, &by_mail("lisa")).len()), (1, 1));
}
