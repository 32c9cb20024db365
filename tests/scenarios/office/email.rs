//! E-mail: what people do with a mail, they do on the console's confirm page.

use super::{Browser, Parts};
use crate::world::{World, present, ticks};
use axum::{
    body::{Body, to_bytes},
    http::{Request, header},
};
use countersign::{bots::Bots, clock::Clock};
use countersign_email::{Email, Settings};
use countersign_kit::{
    PEOPLE,
    mail::{FakeMail, Follow},
};
use std::sync::{Arc, OnceLock};

/// Where the world is reached.
pub const URL: &str = "http://127.0.0.1:8080";

pub async fn parts(clock: &Clock) -> Parts {
    let mail = FakeMail::start().await;
    let bot = Arc::new(bot(&mail, clock));
    let browser: Browser = Arc::default();
    let mail = mail.with_browser(following(browser.clone()));
    let bots = Bots::default().with(bot.clone());
    Parts { stage: Arc::new(mail), bots, bot, connect: None, browser: Some(browser) }
}

/// The adapter before this server.
pub fn bot(mail: &FakeMail, clock: &Clock) -> Email {
    let settings = Settings {
        smtp_url: mail.url().into(),
        from: "Countersign <access@acme.com>".into(),
        ca: None,
        public_url: URL.into(),
        ticks: ticks(clock),
    };
    Email::new(settings, present(clock)).unwrap()
}

/// Follows links to this world, once it is there.
pub fn following(world: Arc<OnceLock<Arc<World>>>) -> Follow {
    Arc::new(move |who, link, note| {
        let world = world.get().expect("the world is made").clone();
        Box::pin(async move { follow(&world, PEOPLE[who - 1], &link, &note).await })
    })
}

/// Opens a mail's link in a signed-in browser, and presses the button of the page; what the page then says.
pub async fn follow(w: &World, person: &str, link: &str, note: &str) -> String {
    let session = w.app.web.credentials.new_session(&person.into()).await.unwrap();
    let path = link.strip_prefix(URL).expect("a page of the console");
    let cookie = format!("countersign={session}");
    let page = Request::get(path).header(header::COOKIE, &cookie).body(Body::empty()).unwrap();
    let page = body(w, page).await;
    let field = |name: &str| {
        let start = format!("name=\"{name}\" value=\"");
        page.split_once(&start).map_or("", |(_, rest)| rest.split('"').next().unwrap_or_default())
    };
    let form = format!("csrf={}&step={}&note={}", field("csrf"), field("step"), note.replace(' ', "+"));
    let Some((_, action)) = page.split_once("/confirm/") else { return page.clone() };
    let action = format!("{}/confirm/{}", path.split("/confirm/").next().unwrap(), action.split('"').next().unwrap());
    let post = Request::post(action)
        .header(header::COOKIE, &cookie)
        .header(header::ORIGIN, URL)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    body(w, post.body(Body::from(form)).unwrap()).await
}

async fn body(w: &World, request: Request<Body>) -> String {
    let bytes = to_bytes(w.send(request).await.into_body(), usize::MAX).await.unwrap();
    String::from_utf8(bytes.to_vec()).unwrap()
}
