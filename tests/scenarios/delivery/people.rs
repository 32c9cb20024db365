//! What people prefer, and what e-mail is: an address, and nobody.

use super::*;
use countersign::service::Scoped;
use countersign_engine::{
    ports::{ApprovalEngine, Caller, EngineError},
    time::Length,
};

const ALL: [Platform; 3] = [Platform::Slack, Platform::Telegram, Platform::Email];

async fn three(policy: Policy) -> ([Pigeon; 3], World) {
    let pigeons = ALL.map(Pigeon::new);
    let w = world(policy, &[&pigeons[0], &pigeons[1], &pigeons[2]]).await;
    (pigeons, w)
}

fn first(platforms: &[Platform]) -> Preference {
    Preference { first: platforms.to_vec(), ..Preference::default() }
}

/// How many messages a person has on Slack, Telegram and by e-mail.
fn has([slack, telegram, email]: &[Pigeon; 3], person: &str) -> (usize, usize, usize) {
    let chat = |pigeon, platform| at(pigeon, &direct(platform, person)).len();
    (chat(slack, Platform::Slack), chat(telegram, Platform::Telegram), at(email, &by_mail(person)).len())
}

/// rule 46
#[tokio::test]
async fn whoever_prefers_a_platform_is_told_there_only() {
    let mut policy = reachable(&ALL);
    prefers(&mut policy, "lisa", first(&[Platform::Discord, Platform::Telegram, Platform::Slack]));
    prefers(&mut policy, "dev", first(&[Platform::Email]));
    let (pigeons, w) = three(policy).await;
    w.api("dev").request("grafana", "10m").await;
    w.settle().await;
    assert_eq!(has(&pigeons, "lisa"), (0, 1, 0), "the first where she can be reached");
    assert_eq!(has(&pigeons, "manager"), (1, 1, 1), "as the workflow says");
    assert_eq!(has(&pigeons, "dev"), (0, 0, 1), "requesters prefer as well");
}

/// The next of their own order comes before everything else.
#[tokio::test]
async fn the_next_way_is_the_persons_own() {
    let mut policy = reachable(&ALL);
    prefers(&mut policy, "lisa", first(&[Platform::Telegram, Platform::Email]));
    let (pigeons, w) = three(policy).await;
    pigeons[1].bounces(&direct(Platform::Telegram, "lisa"), Some(DeliveryError::Gone));
    w.api("dev").request("grafana", "10m").await;
    w.settle().await;
    assert_eq!(has(&pigeons, "lisa"), (0, 0, 1));
}

#[tokio::test]
async fn a_workflow_may_tell_approvers_once() {
    let mut policy = reachable(&ALL);
    for workflow in policy.workflows.values_mut() {
        workflow.notify.approvers = vec![Platform::Telegram, Platform::Slack];
        workflow.notify.approvers_on = countersign_engine::workflow::Reach::First;
    }
    let (pigeons, w) = three(policy).await;
    w.api("dev").request("grafana", "10m").await;
    w.settle().await;
    assert_eq!(has(&pigeons, "lisa"), (0, 1, 0));
}

/// rule 28
#[tokio::test]
async fn reminders_come_where_they_are_welcome() {
    let mut policy = reachable(&ALL);
    for workflow in policy.workflows.values_mut() {
        workflow.steps.iter_mut().for_each(|step| step.remind_every = Some(Length::minutes(5)));
    }
    let reminders = Some(vec![Platform::Slack]);
    prefers(&mut policy, "lisa", Preference { reminders, ..Preference::default() });
    let (pigeons, w) = three(policy).await;
    w.api("dev").request("grafana", "10m").await;
    w.settle().await;
    w.advance(Length::minutes(5)).await;
    assert_eq!(has(&pigeons, "lisa"), (2, 1, 1));
    assert_eq!(has(&pigeons, "manager"), (2, 2, 2));
}

/// Who was reached another way is reminded that way.
#[tokio::test]
async fn reminders_go_where_the_ask_arrived() {
    let mut policy = reachable(&[Platform::Slack]);
    for workflow in policy.workflows.values_mut() {
        workflow.steps.iter_mut().for_each(|step| step.remind_every = Some(Length::minutes(5)));
    }
    let (pigeons, w) = three(policy).await;
    pigeons[0].bounces(&direct(Platform::Slack, "lisa"), Some(not_in_channel()));
    w.api("dev").request("grafana", "10m").await;
    w.settle().await;
    w.advance(Length::minutes(5)).await;
    assert_eq!(has(&pigeons, "lisa"), (0, 0, 2));
}

/// What the person set on the console goes before the file, in this process and after a restart.
#[tokio::test]
async fn what_people_set_themselves_goes_first() {
    let mut policy = reachable(&ALL);
    prefers(&mut policy, "lisa", first(&[Platform::Telegram]));
    let (pigeons, w) = three(policy).await;
    let service = &w.app.web.service;
    service.store.set_preference(&"lisa".into(), Some(&first(&[Platform::Slack])), w.now()).await.unwrap();
    service.refresh_preferences().await.unwrap();
    w.api("dev").request("grafana", "10m").await;
    w.settle().await;
    assert_eq!(has(&pigeons, "lisa"), (1, 0, 0));
    service.store.set_preference(&"lisa".into(), None, w.now()).await.unwrap();
    service.refresh_preferences().await.unwrap();
    w.api("dev").request("prod-db", "1h").await;
    w.settle().await;
    assert_eq!(has(&pigeons, "lisa"), (1, 1, 0));
}

/// rule 50, THREATS A04: an e-mail address is where messages go; whoever can send from one, or claims to, is nobody.
#[tokio::test]
async fn abuse_a04_an_e_mail_address_is_nobody() {
    let (_, w) = three(reachable(&ALL)).await;
    let service = w.app.web.service.clone();
    let Address::Direct(account) = by_mail("lisa") else { panic!("a person's") };
    let caller = Caller::Account(account.clone());
    let scoped = Scoped::new(service.clone(), Platform::Email);
    let refused = |answer: Result<_, EngineError>| match answer {
        Err(EngineError::Refused(refusal)) => refusal.to_string(),
        other => panic!("{other:?}"),
    };
    let not_linked = countersign_engine::refusal::Refusal::NotLinked.to_string();
    assert_eq!(refused(scoped.catalog(&caller).await.map(|_| ())), not_linked);
    // Not even when somebody bound it.
    service.policy.relink(vec![(account, "lisa".into())]);
    assert_eq!(refused(scoped.catalog(&caller).await.map(|_| ())), not_linked);
}

/// The requester's own messages have the buttons that are meant for them, by e-mail too; nobody else's have.
#[tokio::test]
async fn a_message_is_made_for_its_reader() {
    let mut policy = reachable(&ALL);
    prefers(&mut policy, "dev", first(&[Platform::Email]));
    let (pigeons, w) = three(policy).await;
    w.api("dev").request("grafana", "10m").await;
    w.settle().await;
    let verbs = |letter: &Letter| letter.card.buttons.iter().map(|b| b.token.verb).collect::<Vec<_>>();
    assert_eq!(verbs(&at(&pigeons[2], &by_mail("dev"))[0]), [Verb::Cancel, Verb::Details]);
    assert_eq!(verbs(&at(&pigeons[2], &by_mail("lisa"))[0]), [Verb::Approve, Verb::Deny, Verb::Details]);
}
