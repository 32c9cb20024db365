//! A real submission server, aiosmtpd, when `COUNTERSIGN_TEST_PYTHON` names a Python that has it: STARTTLS with a
//! certificate of our own making, AUTH, and mails that Python's email package reads.

use crate::world::{URL, card, card_of, person, settings};
use countersign_email::{Email, Settings};
use countersign_engine::ports::{Bot, BotError, DeliveryError, Messenger};
use countersign_kit::{gallery, hostile, moment, referee};
use serde_json::Value;
use std::{
    io::{BufRead, BufReader, Lines},
    path::PathBuf,
    process::{Child, ChildStdout, Command, Stdio},
    sync::Arc,
};

const USER: &str = "access@acme.com";
const PASSWORD: &str = "p/w:%é";
const ESCAPED: &str = "access%40acme.com:p%2Fw%3A%25%C3%A9";

/// The server, until the test ends.
struct Server {
    process: Child,
    lines: Lines<BufReader<ChildStdout>>,
    port: u16,
    ca: Vec<u8>,
    place: PathBuf,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = std::fs::remove_dir_all(&self.place);
    }
}

impl Server {
    fn start(python: &str) -> Self {
        let place = std::env::temp_dir().join(format!("countersign-smtp-{}", std::process::id()));
        std::fs::create_dir_all(&place).unwrap();
        let (certificate, key) = (place.join("cert.pem"), place.join("key.pem"));
        let made = Command::new("openssl")
            .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"])
            .args(["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"])
            .args(["-addext", "basicConstraints=critical,CA:FALSE", "-keyout"])
            .args([&key, &PathBuf::from("-out"), &certificate])
            .output()
            .expect("openssl starts");
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/peers/smtpd.py");
        let mut process = Command::new(python)
            .arg(script)
            .args([&certificate, &key])
            .args([USER, PASSWORD])
            .stdout(Stdio::piped())
            .spawn()
            .expect("python starts");
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let port = lines.next().unwrap().unwrap().strip_prefix("port ").unwrap().parse().unwrap();
        let ca = std::fs::read(&certificate).unwrap();
        Self { process, lines, port, ca, place }
    }

    fn bot(&self, credentials: &str, change: impl FnOnce(&mut Settings)) -> Email {
        let mut settings = settings(&format!("smtp://{credentials}@localhost:{}", self.port));
        settings.ca = Some(self.ca.clone());
        change(&mut settings);
        Email::new(settings, Arc::new(|| moment(10, 19))).unwrap()
    }

    fn mail(&mut self) -> Value {
        serde_json::from_str(&self.lines.next().unwrap().unwrap()).unwrap()
    }
}

fn part(mail: &Value, index: usize, kind: &str) -> String {
    assert_eq!(mail["parts"][index][0], kind, "{mail}");
    mail["parts"][index][1].as_str().unwrap().replace("\r\n", "\n").trim().to_owned()
}

#[tokio::test]
async fn a_real_server_takes_what_we_send() {
    let Some(python) = referee::at("COUNTERSIGN_TEST_PYTHON") else { return };
    let mut server = Server::start(&python);
    refusals(&server).await;

    let bot = server.bot(ESCAPED, |_| {});
    assert_eq!(bot.check().await, Ok(format!("localhost:{}, from access@acme.com", server.port)));
    bot.post(&person("lisa@acme.com"), &card("opened")).await.unwrap();
    let mail = server.mail();
    assert_eq!((&mail["encrypted"], &mail["user"]), (&true.into(), &USER.into()));
    assert_eq!((&mail["from"], &mail["to"][0]), (&"access@acme.com".into(), &"lisa@acme.com".into()));
    assert_eq!(mail["headers"]["subject"], "[req-84a2] Dev asks for prod-db (read-write, 4h)");
    assert_eq!(mail["parts"].as_array().unwrap().len(), 2);
    assert_eq!(part(&mail, 0, "text/plain"), countersign_email::text(&card("opened"), URL).trim());
    assert_eq!(part(&mail, 1, "text/html"), countersign_email::html(&card("opened"), URL).trim());

    let put_off = bot.post(&person("tempfail@acme.com"), &card("opened")).await;
    assert_eq!(put_off, Err(DeliveryError::Retry { after: None }));
    let refused = bot.post(&person("nouser@acme.com"), &card("opened")).await;
    assert!(matches!(&refused, Err(DeliveryError::Rejected(why)) if why.contains("no such mailbox")), "{refused:?}");

    // Paced by real ticks, so not the whole corpus.
    let cards = gallery().into_iter().map(|(_, card)| card).take(10);
    for card in cards.chain(hostile().step_by(80).map(|words| card_of(&words))) {
        bot.post(&person("lisa@acme.com"), &card).await.unwrap();
        let mail = server.mail();
        assert_eq!(mail["defects"], Value::Array(Vec::new()), "{mail}");
        assert!(mail["headers"]["subject"].as_str().unwrap().starts_with("[req-84a2] "), "{mail}");
        assert!(mail["headers"].get("bcc").is_none() && !part(&mail, 0, "text/plain").is_empty());
    }
}

/// What must not get as far as a mail: the wrong password, an authority that nobody named, a name that is not the
/// certificate's.
async fn refusals(server: &Server) {
    let wrong = server.bot("access%40acme.com:wrong", |_| {});
    let checked = wrong.check().await;
    assert!(matches!(&checked, Err(BotError::Unauthorized(why)) if why.contains("535")), "{checked:?}");
    let strange = server.bot(ESCAPED, |settings| settings.ca = None);
    let checked = strange.check().await;
    assert!(matches!(&checked, Err(BotError::Disconnected(why)) if why.contains("SMTP_CA_FILE")), "{checked:?}");
    let url = format!("smtp://{ESCAPED}@[::1]:{}", server.port);
    let elsewhere = server.bot(ESCAPED, |settings| settings.smtp_url = url.into());
    assert!(matches!(elsewhere.check().await, Err(BotError::Disconnected(_))));
}
