//! `/account`: chat accounts that act as me, and the tokens that do.

use super::{
    error::Problem,
    form::Signed,
    notifications,
    page::{Frame, html},
    session::Reader,
    show::{moment::Moment, text},
    tokens,
};
use crate::http::Web;
use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use countersign_engine::person::{Account, Platform};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "account.html")]
struct Page {
    frame: Frame,
    accounts: Vec<Linked>,
    tokens: Vec<tokens::Row>,
    told: notifications::Shown,
    /// A token that was just made: shown this once.
    made: Option<String>,
    notice: Option<String>,
}

/// A chat account of mine.
struct Linked {
    platform: String,
    tenant: String,
    user: String,
    key: &'static str,
    /// Since when, where it was linked by code; the policy file binds the others.
    since: Option<Moment>,
}

/// The page.
pub async fn page(State(web): State<Web>, reader: Reader) -> Result<Response, Problem> {
    render(&web, &reader, None, None).await
}

/// The page, with a new token or an answer.
pub async fn render(
    web: &Web,
    reader: &Reader,
    made: Option<String>,
    notice: Option<String>,
) -> Result<Response, Problem> {
    let bindings = web.service.store.bindings().await.map_err(Problem::from_store)?;
    let policy = web.service.policy.get();
    let linked = |account: &Account| Linked {
        platform: account.platform.to_string(),
        tenant: text::clean(&account.tenant),
        user: text::clean(&account.user),
        key: account.platform.key(),
        since: bindings.iter().find(|b| b.account == *account && b.person == reader.id).map(|b| Moment(b.at)),
    };
    let accounts = policy.directory.accounts_of(&reader.id).map(linked).collect();
    let tokens = tokens::of(web, reader).await?;
    let frame = Frame::of(web, reader, "/account", "Account").await?;
    let told = notifications::of(web, reader).await?;
    Ok(html(&Page { frame, accounts, tokens, told, made, notice }))
}

/// A link code.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Code {
    code: String,
}

#[derive(Template)]
#[template(path = "link.html")]
struct Confirm {
    frame: Frame,
    code: String,
    platform: String,
    tenant: String,
    user: String,
}

/// `GET /account/link`: a code is typed, never followed. A link that somebody sends must not lead to a page of ours on which
/// one press makes their account act as the reader (THREATS A03).
pub async fn asked(_: Reader) -> Redirect {
    Redirect::to("/account")
}

/// `POST /account/link`: the same for a code typed into the form.
pub async fn asked_by_form(State(web): State<Web>, Signed(reader, form): Signed<Code>) -> Result<Response, Problem> {
    confirm(&web, &reader, &form.code).await
}

/// Says in words what linking means, before it is done (THREATS A03).
async fn confirm(web: &Web, reader: &Reader, code: &str) -> Result<Response, Problem> {
    let code = code.trim().to_owned();
    match web.credentials.link_account(&code).await.map_err(Problem::from_store)? {
        Some(account) => Ok(html(&Confirm {
            frame: Frame::of(web, reader, "/account", "Link an account").await?,
            code,
            platform: account.platform.to_string(),
            tenant: text::clean(&account.tenant),
            user: text::clean(&account.user),
        })),
        None if code.is_empty() => Ok(Redirect::to("/account").into_response()),
        None => render(web, reader, None, Some(UNKNOWN.to_owned())).await,
    }
}

const UNKNOWN: &str =
    "This code is unknown, used or older than 10 minutes. Type /access link in the chat for a new one.";

const TAKEN: &str = "This account acts as somebody else. They, or the policy file, have to give it up first.";

/// Links the account for good.
pub async fn link(State(web): State<Web>, Signed(reader, form): Signed<Code>) -> Result<Response, Problem> {
    if let Some(account) = web.credentials.link_account(&form.code).await.map_err(Problem::from_store)?
        && web.service.policy.get().directory.owner(&account).is_some_and(|owner| owner.id != reader.id)
    {
        return render(&web, &reader, None, Some(TAKEN.to_owned())).await;
    }
    match web.credentials.finish_link(&form.code, &reader.id).await.map_err(Problem::from_store)? {
        Some(_) => {
            web.service.refresh_links().await.map_err(Problem::from_store)?;
            Ok(Redirect::to("/account").into_response())
        }
        None => render(&web, &reader, None, Some(UNKNOWN.to_owned())).await,
    }
}

/// Names an account.
#[derive(Deserialize)]
pub struct Which {
    platform: String,
    tenant: String,
    user: String,
}

/// Unlinks one of the reader's own accounts.
pub async fn unlink(State(web): State<Web>, Signed(reader, form): Signed<Which>) -> Result<Response, Problem> {
    let platform = Platform::from_key(&form.platform).ok_or_else(|| Problem::not_found("account"))?;
    let account = Account { platform, tenant: form.tenant, user: form.user };
    let bindings = web.service.store.bindings().await.map_err(Problem::from_store)?;
    if !bindings.iter().any(|b| b.account == account && b.person == reader.id) {
        return Err(Problem::not_found("account"));
    }
    web.service.store.unbind(&account).await.map_err(Problem::from_store)?;
    web.service.refresh_links().await.map_err(Problem::from_store)?;
    Ok(Redirect::to("/account").into_response())
}
