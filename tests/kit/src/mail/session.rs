//! One connection, as RFC 5321 and RFC 4954 have it.

use super::{Inner, USER, decode, failure::How, letter::Letter, lock, rules};
use std::sync::Arc;
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
};

/// The longest command, with its end (RFC 5321, 4.5.3.1.4; AUTH may be longer, RFC 4954).
const COMMAND: usize = 512;
/// The longest line of a message, with its end (RFC 5321, 4.5.3.1.6).
const LINE: usize = 1_000;

struct Session {
    stream: BufReader<TcpStream>,
    inner: Arc<Inner>,
    greeted: bool,
    signed_in: bool,
    from: Option<String>,
    to: Vec<String>,
}

/// The connection is over.
struct Over;

type Step<T> = Result<T, Over>;

/// Until either side hangs up.
pub(super) async fn serve(stream: TcpStream, inner: Arc<Inner>) {
    let stream = BufReader::new(stream);
    let mut session = Session { stream, inner, greeted: false, signed_in: false, from: None, to: Vec::new() };
    let _ = session.run().await;
}

impl Session {
    async fn run(&mut self) -> Step<()> {
        if !self.troubled("connect").await? {
            self.say("220 fake.acme.com ESMTP").await?;
        }
        loop {
            let line = self.line(COMMAND).await?;
            let (word, rest) = line.split_once(' ').unwrap_or((&line, ""));
            let word = word.to_uppercase();
            let noted = if word == "AUTH" { "AUTH".to_owned() } else { line.clone() };
            lock(&self.inner.commands).push(noted);
            if self.troubled(&word).await? {
                continue;
            }
            match word.as_str() {
                "EHLO" => self.hello(rest).await?,
                "AUTH" => self.auth(rest).await?,
                "MAIL" => self.mail(rest).await?,
                "RCPT" => self.rcpt(rest).await?,
                "DATA" => self.data().await?,
                "RSET" => {
                    (self.from, self.to) = (None, Vec::new());
                    self.say("250 2.0.0 reset").await?;
                }
                "NOOP" => self.say("250 2.0.0 here").await?,
                "QUIT" => {
                    self.say("221 2.0.0 bye").await?;
                    return Err(Over);
                }
                _ => {
                    self.inner.complain(format!("an unknown command: {line}"));
                    self.say("502 5.5.1 unknown").await?;
                }
            }
        }
    }

    /// Trouble that was ordered for this command; `true` when the command is answered with it.
    async fn troubled(&mut self, command: &str) -> Step<bool> {
        let how = lock(&self.inner.trouble).at(command);
        match how {
            None => Ok(false),
            Some(How::Say(answer)) => self.say(answer).await.map(|()| true),
            Some(How::HangUp | How::HangUpAfter) => Err(Over),
        }
    }

    async fn hello(&mut self, name: &str) -> Step<()> {
        let literal = name.starts_with('[') && name.ends_with(']');
        if !literal && !name.contains('.') && name != "localhost" {
            self.inner.complain(format!("EHLO {name} is neither a full host name nor an address"));
        }
        self.greeted = true;
        let mechanisms = *lock(&self.inner.mechanisms);
        self.say(&format!("250-fake.acme.com\r\n250-SIZE 1000000\r\n250-8BITMIME\r\n250 AUTH {mechanisms}")).await
    }

    async fn auth(&mut self, rest: &str) -> Step<()> {
        let (user, password) = match rest.split_once(' ') {
            Some(("PLAIN", response)) => {
                let whole = decode::base64(response);
                let mut parts = whole.split(|b| *b == 0).skip(1).map(|part| String::from_utf8_lossy(part).into_owned());
                (parts.next().unwrap_or_default(), parts.next().unwrap_or_default())
            }
            _ if rest == "LOGIN" => (self.ask("334 VXNlcm5hbWU6").await?, self.ask("334 UGFzc3dvcmQ6").await?),
            _ => {
                self.inner.complain(format!("AUTH {rest}"));
                return self.say("504 5.5.4 unknown mechanism").await;
            }
        };
        self.signed_in = user == USER && password == *lock(&self.inner.password);
        match self.signed_in {
            true => self.say("235 2.7.0 welcome").await,
            false => self.say("535 5.7.8 authentication failed").await,
        }
    }

    async fn ask(&mut self, question: &str) -> Step<String> {
        self.say(question).await?;
        let answer = self.line(COMMAND).await?;
        Ok(String::from_utf8_lossy(&decode::base64(&answer)).into_owned())
    }

    async fn mail(&mut self, rest: &str) -> Step<()> {
        if !self.greeted || !self.signed_in {
            return self.say("530 5.7.0 authentication required").await;
        }
        let Some((from, options)) = path(rest, "FROM:") else {
            self.inner.complain(format!("MAIL {rest}"));
            return self.say("501 5.5.4 syntax").await;
        };
        if !options.is_empty() {
            self.inner.complain(format!("MAIL with {options}, which nobody offered"));
        }
        (self.from, self.to) = (Some(from), Vec::new());
        self.say("250 2.1.0 yes").await
    }

    async fn rcpt(&mut self, rest: &str) -> Step<()> {
        let Some((to, _)) = path(rest, "TO:").filter(|_| self.from.is_some()) else {
            self.inner.complain(format!("RCPT {rest}"));
            return self.say("503 5.5.1 syntax or order").await;
        };
        let refused = lock(&self.inner.recipients).get(&to).cloned();
        if let Some(answer) = refused {
            return self.say(&answer).await;
        }
        self.to.push(to);
        self.say("250 2.1.5 yes").await
    }

    async fn data(&mut self) -> Step<()> {
        if self.to.is_empty() {
            self.inner.complain("DATA without a recipient");
            return self.say("503 5.5.1 order").await;
        }
        self.say("354 go on").await?;
        let mut lines = Vec::new();
        loop {
            let line = self.line(LINE).await?;
            if line == "." {
                break;
            }
            lines.push(line.strip_prefix('.').map_or(line.clone(), str::to_owned));
        }
        let how = lock(&self.inner.trouble).at(".");
        match how {
            Some(How::Say(answer)) => return self.say(answer).await,
            Some(How::HangUp) => return Err(Over),
            Some(How::HangUpAfter) => {
                self.keep(&lines);
                return Err(Over);
            }
            None => self.keep(&lines),
        }
        (self.from, self.to) = (None, Vec::new());
        self.say("250 2.0.0 queued").await
    }

    fn keep(&self, lines: &[String]) {
        let from = self.from.clone().unwrap_or_default();
        for to in &self.to {
            let letter = Letter::read(&from, to, lines);
            rules::judge(&letter, lines).into_iter().for_each(|why| self.inner.complain(why));
            lock(&self.inner.letters).push(letter);
        }
    }

    /// One line without its end. A bare CR or LF, a NUL and a byte beyond ASCII are complaints: nobody offered them.
    async fn line(&mut self, most: usize) -> Step<String> {
        let mut bytes = Vec::new();
        match self.stream.read_until(b'\n', &mut bytes).await {
            Ok(0) | Err(_) => return Err(Over),
            Ok(_) => {}
        }
        if bytes.len() > most {
            self.inner.complain(format!("a line of {} bytes", bytes.len()));
        }
        let Some(line) = bytes.strip_suffix(b"\r\n") else {
            self.inner.complain("a line that ends without CRLF");
            return Err(Over);
        };
        if line.iter().any(|b| matches!(b, b'\r' | 0) || !b.is_ascii()) {
            self.inner.complain(format!("bytes that are not allowed in {:?}", String::from_utf8_lossy(line)));
        }
        Ok(String::from_utf8_lossy(line).into_owned())
    }

    async fn say(&mut self, line: &str) -> Step<()> {
        self.stream.get_mut().write_all(format!("{line}\r\n").as_bytes()).await.map_err(|_| Over)
    }
}

/// `FROM:<address> OPTIONS`
fn path(rest: &str, word: &str) -> Option<(String, String)> {
    let (address, options) = rest.strip_prefix(word)?.strip_prefix('<')?.split_once('>')?;
    Some((address.to_owned(), options.trim().to_owned()))
}
