//! Mails out: handed over, refused, put off, paced.

use crate::world::{URL, World, card, person, place, settings};
use countersign_email::Email;
use countersign_engine::{
    address::Address,
    person::Platform,
    ports::{Bot, BotError, DeliveryError, Messenger},
};
use countersign_kit::{
    Memory,
    mail::{Failure, FakeMail, How, PLACE},
    moment,
};
use std::{sync::Arc, time::Duration};

const LISA: &str = "lisa@acme.com";
const RETRY: DeliveryError = DeliveryError::Retry { after: None };

fn engine() -> Arc<Memory> {
    Arc::new(Memory::on(Platform::Email, "", |n| format!("{n}@acme.com")))
}

#[tokio::test]
async fn people_and_places_get_mail_over_one_connection() {
    let w = World::new().await;
    for to in [person(LISA), place(PLACE), person("manager@acme.com")] {
        w.bot.post(&to, &card("opened")).await.unwrap();
    }
    let letter = w.server.newest_for(LISA);
    assert!(letter.text.contains("billing migration") && letter.html.contains("billing migration"));
    let request = "/requests/01JNDEM0000000000000000842";
    assert!(letter.link("Approve").starts_with(&format!("{URL}{request}/confirm/approve?step=")));
    assert_eq!(letter.link("Details"), format!("{URL}{request}"));
    assert_eq!(w.server.newest_for(PLACE).from, "access@acme.com");
    assert_eq!(w.server.connections(), 1);
    w.wait(Duration::from_secs(61));
    w.bot.post(&person(LISA), &card("opened")).await.unwrap();
    assert_eq!(w.server.connections(), 2, "an idle connection is not kept for ever");
    assert_eq!(w.server.complaints(), [""; 0]);
}

/// A mail cannot be edited, and nobody gets another one for each vote.
#[tokio::test]
async fn an_update_sends_nothing() {
    let w = World::new().await;
    let at = w.bot.post(&person(LISA), &card("opened")).await.unwrap();
    assert_eq!(w.bot.update(&at, &card("denied with a note")).await, Ok(()));
    assert_eq!(w.server.letters().len(), 1);
}

#[tokio::test]
async fn a_mailbox_that_does_not_exist_is_said_to_be_refused() {
    let w = World::new().await;
    w.server.refuse(LISA, "550 5.1.1 no such mailbox here");
    let refused = w.bot.post(&person(LISA), &card("opened")).await;
    assert!(matches!(&refused, Err(DeliveryError::Rejected(why)) if why.contains("no such mailbox")), "{refused:?}");
    w.bot.post(&person("manager@acme.com"), &card("opened")).await.unwrap();
    assert_eq!(w.server.connections(), 1, "the connection is good for the next mail");
    w.server.fail_once(Failure::at("MAIL", How::Say("553 5.7.1 not your address")));
    let refused = w.bot.post(&person(LISA), &card("opened")).await;
    assert!(matches!(refused, Err(DeliveryError::Rejected(why)) if why.contains("EMAIL_FROM")));
    w.server.fail_once(Failure::at(".", How::Say("554 5.6.0 content refused")));
    let refused = w.bot.post(&person("manager@acme.com"), &card("opened")).await;
    assert!(matches!(refused, Err(DeliveryError::Rejected(why)) if why.contains("content refused")));
    for odd in ["lisa", "lisa@", "lisa@acme.com\r\nRCPT TO:<evil@evil.example>", "", "ünï@acme.com"] {
        let refused = w.bot.post(&person(odd), &card("opened")).await;
        assert!(matches!(refused, Err(DeliveryError::Rejected(_))), "{odd:?}: {refused:?}");
    }
    let elsewhere = Address::Place { platform: Platform::Slack, tenant: "T1".into(), place: "C1".into() };
    assert!(matches!(w.bot.post(&elsewhere, &card("opened")).await, Err(DeliveryError::Rejected(_))));
    assert_eq!(w.server.complaints(), [""; 0]);
}

/// rule 38's other half for messages: what may pass is tried again, and nothing is lost.
#[tokio::test]
async fn trouble_that_may_pass_is_tried_again() {
    let w = World::new().await;
    for (at, how) in [
        ("connect", How::Say("421 4.3.2 too busy")),
        ("connect", How::Say("554 5.3.2 no service today")),
        ("connect", How::HangUp),
        ("EHLO", How::Say("<html>oops")),
        ("AUTH", How::Say("454 4.7.0 temporary authentication failure")),
        ("MAIL", How::Say("450 4.7.1 slow down")),
        ("MAIL", How::Say("421 4.7.0 closing")),
        ("RCPT", How::Say("451 4.7.1 greylisted")),
        ("DATA", How::Say("452 4.3.1 disk full")),
        ("DATA", How::HangUp),
        (".", How::Say("451 4.3.0 try later")),
        (".", How::HangUp),
    ] {
        let w = World::new().await;
        w.server.fail_once(Failure::at(at, how));
        assert_eq!(w.bot.post(&person(LISA), &card("opened")).await, Err(RETRY), "{at} {how:?}");
        w.bot.post(&person(LISA), &card("opened")).await.unwrap();
        assert_eq!(w.server.letters().len(), 1, "{at} {how:?}");
        assert_eq!(w.server.complaints(), [""; 0], "{at} {how:?}");
    }
    w.server.fail_once(Failure::at(".", How::HangUpAfter));
    assert_eq!(w.bot.post(&person(LISA), &card("opened")).await, Err(RETRY));
    w.bot.post(&person(LISA), &card("opened")).await.unwrap();
    let letters = w.server.letters();
    assert_eq!(letters.len(), 2);
    assert_eq!(letters[0].header("Message-ID"), letters[1].header("Message-ID"), "shown once");
}

/// A server that goes away between two mails costs nothing.
#[tokio::test]
async fn a_connection_that_the_server_closed_is_replaced() {
    let w = World::new().await;
    w.bot.post(&person(LISA), &card("opened")).await.unwrap();
    w.server.fail_once(Failure::at("NOOP", How::HangUp));
    w.bot.post(&person(LISA), &card("last step")).await.unwrap();
    assert_eq!((w.server.letters().len(), w.server.connections()), (2, 2));
}

/// A wrong password stops the bot loudly, loses no mail, and is not tried again and again.
#[tokio::test]
async fn a_wrong_password_stops_the_bot_and_keeps_deliveries() {
    let w = World::new().await;
    let running = tokio::spawn(w.bot.clone().run(engine(), Box::pin(std::future::pending())));
    w.bot.post(&person(LISA), &card("opened")).await.unwrap();
    w.server.set_password("another");
    w.wait(Duration::from_secs(61));
    assert_eq!(w.bot.post(&person(LISA), &card("opened")).await, Err(RETRY));
    let stopped = running.await.unwrap();
    assert!(matches!(&stopped, Err(BotError::Unauthorized(why)) if why.contains("535")), "{stopped:?}");
    assert!(!format!("{stopped:?}").contains("hunter2"));
    let connections = w.server.connections();
    assert_eq!(w.bot.post(&person(LISA), &card("opened")).await, Err(RETRY));
    assert_eq!(w.server.connections(), connections, "no server locks us out");
    assert!(matches!(w.bot.check().await, Err(BotError::Unauthorized(_))));
    w.server.end_trouble();
    assert!(w.bot.check().await.is_ok());
    w.bot.post(&person(LISA), &card("opened")).await.unwrap();
}

#[tokio::test]
async fn a_server_that_wants_a_password_where_we_have_none_stops_the_bot() {
    let server = FakeMail::start().await;
    let url = format!("smtp://{}", server.url().split_once('@').unwrap().1);
    let w = World::at(server, &url);
    let running = tokio::spawn(w.bot.clone().run(engine(), Box::pin(std::future::pending())));
    assert_eq!(w.bot.post(&person(LISA), &card("opened")).await, Err(RETRY));
    let stopped = running.await.unwrap();
    assert!(matches!(&stopped, Err(BotError::Unauthorized(why)) if why.contains("530")), "{stopped:?}");
    assert_eq!(w.server.letters().len(), 0);
}

#[tokio::test]
async fn either_mechanism_is_spoken() {
    for mechanisms in ["PLAIN", "LOGIN", "LOGIN PLAIN XOAUTH2"] {
        let w = World::new().await;
        w.server.offer(mechanisms);
        assert!(w.bot.check().await.is_ok(), "{mechanisms}");
    }
    let w = World::new().await;
    w.server.offer("CRAM-MD5");
    assert!(matches!(w.bot.check().await, Err(BotError::Unauthorized(_))));
}

/// Neither password nor mail goes over a connection that is not encrypted.
#[tokio::test]
async fn without_starttls_nothing_is_sent() {
    let server = FakeMail::start().await;
    let url = server.url_with_tls();
    let w = World::at(server, &url);
    assert_eq!(w.bot.post(&person(LISA), &card("opened")).await, Err(RETRY));
    let checked = w.bot.check().await;
    assert!(matches!(&checked, Err(BotError::Disconnected(why)) if why.contains("STARTTLS")), "{checked:?}");
    let commands = w.server.commands();
    assert!(commands.iter().all(|c| c.starts_with("EHLO") || c == "QUIT"), "{commands:?}");
}

#[tokio::test]
async fn check_connects_signs_in_and_quits() {
    let w = World::new().await;
    let said = w.bot.check().await.unwrap();
    assert!(said.starts_with("127.0.0.1:") && said.ends_with(", from access@acme.com"), "{said}");
    assert_eq!(w.server.commands(), ["EHLO approve.acme.com", "AUTH", "QUIT"]);
}

#[tokio::test]
async fn running_ends_with_the_server() {
    let w = World::new().await;
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let stopped = Box::pin(async move { drop(stopped.await) });
    let running = tokio::spawn(w.bot.clone().run(engine(), stopped));
    w.bot.post(&person(LISA), &card("opened")).await.unwrap();
    stop.send(()).unwrap();
    assert_eq!(running.await.unwrap(), Ok(()));
}

/// Ten a second; longer waits go back to the outbox. THREATS E12
#[tokio::test]
async fn abuse_e12_more_than_the_pace_waits() {
    let w = World::new().await;
    let pending = card("opened");
    let to = person(LISA);
    let mut turned_away = None;
    for _ in 0..60 {
        // Each is begun and let go of: nobody sleeps.
        turned_away = tokio::select! {
            biased;
            posted = w.bot.post(&to, &pending) => Some(posted),
            () = std::future::ready(()) => None,
        };
        if turned_away.is_some() {
            break;
        }
    }
    let after = Duration::from_millis(3_100);
    assert_eq!(turned_away, Some(Err(DeliveryError::Paced { after })));
    w.wait(Duration::from_secs(10));
    w.bot.post(&to, &pending).await.unwrap();
}

#[test]
fn settings_that_cannot_be_used_are_named() {
    let wrong = |change: fn(&mut countersign_email::Settings)| {
        let mut settings = settings("smtp://u:hunter2@mail.acme.com");
        change(&mut settings);
        Email::new(settings, Arc::new(|| moment(10, 0))).err().unwrap().to_string()
    };
    assert!(wrong(|s| s.smtp_url = "mail.acme.com".into()).starts_with("SMTP_URL is no address"));
    assert!(wrong(|s| s.from = "Countersign".into()).starts_with("EMAIL_FROM is no mailbox; hint:"));
    assert!(wrong(|s| s.from = "a@b.c\r\nBcc: x@y.z".into()).starts_with("EMAIL_FROM is no mailbox; hint:"));
    assert!(wrong(|s| s.ca = Some(b"no certificate".to_vec())).starts_with("SMTP_CA_FILE holds no certificates"));
}
