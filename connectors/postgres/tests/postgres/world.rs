//! One test's own database, roles and connector on the server that the environment names.

use countersign_engine::{
    grant::Terms,
    id::{AccessLevel, ResourceId},
    ports::{Connector, Delivery, Outcome, Secret},
    time::{Length, Timestamp},
};
use countersign_postgres::{Postgres, Settings, Target, identifier};
use std::{
    collections::BTreeMap,
    env,
    sync::atomic::{AtomicU32, Ordering},
};
use tokio_postgres::{Client, Config, NoTls, config::Host};

pub const VARIABLE: &str = "COUNTERSIGN_TEST_POSTGRES";

/// Everything of one test, with names that no other test has.
pub struct World {
    pub server: Config,
    /// The superuser, in the test's own database.
    pub root: Client,
    pub tag: String,
}

impl World {
    /// `None`, and a line that says so, when no server is named.
    pub async fn new() -> Option<Self> {
        let Ok(url) = env::var(VARIABLE) else {
            assert!(env::var("COUNTERSIGN_TEST_STRICT").is_err(), "{VARIABLE} is not set");
            println!("skipped: {VARIABLE} is not set");
            return None;
        };
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let tag = format!("t{}x{}", std::process::id(), NEXT.fetch_add(1, Ordering::SeqCst));
        let server: Config = url.parse().unwrap();
        let first = connect(&server).await.unwrap();
        first.batch_execute(&format!("CREATE DATABASE db_{tag}")).await.unwrap();
        let mut there = server.clone();
        let root = connect(there.dbname(format!("db_{tag}"))).await.unwrap();
        let world = Self { server, root, tag };
        world
            .sql(&format!(
                "CREATE ROLE rw_{0} NOLOGIN; CREATE ROLE heir_{0} NOLOGIN; CREATE TABLE orders (id int); \
                 INSERT INTO orders VALUES (1), (2); GRANT SELECT, INSERT ON orders TO rw_{0}",
                world.tag
            ))
            .await;
        Some(world)
    }
    pub fn name(&self, kind: &str) -> String {
        format!("{kind}_{}", self.tag)
    }
    pub async fn sql(&self, sql: &str) {
        self.root.batch_execute(sql).await.unwrap_or_else(|e| panic!("{sql}: {e:?}"));
    }
    pub async fn count(&self, sql: &str) -> i64 {
        self.root.query_one(sql, &[]).await.unwrap().get(0)
    }
    /// Somebody lets the holder create objects, which its group must not.
    pub async fn let_create(&self) {
        let (name, database) = (self.name("cs"), self.name("db"));
        self.sql(&format!("GRANT CREATE ON SCHEMA public TO {name}; GRANT CREATE ON DATABASE {database} TO {name}"))
            .await;
    }
    pub fn settings(&self) -> Settings {
        let user = self.server.get_user().unwrap();
        let host = match &self.server.get_hosts()[0] {
            Host::Tcp(host) => host.clone(),
            Host::Unix(path) => path.display().to_string(),
        };
        let text = format!(
            r#"{{"host": "{host}", "port": {}, "database": "db_{}", "admin_user": "{user}", "password_env": "PGPASSWORD",
                "tls": "disable", "reassign_to": "heir_{1}", "mark": "countersign-{1}"}}"#,
            self.server.get_ports()[0],
            self.tag,
        );
        serde_json::from_str(&text).unwrap()
    }
    /// As the superuser of the URL, with `rw_<tag>` for read-write.
    pub fn connector(&self) -> Postgres {
        let password = String::from_utf8(self.server.get_password().unwrap_or_default().to_vec()).unwrap();
        self.connector_with(self.settings(), &password, &[&self.name("rw")])
    }
    pub fn connector_with(&self, settings: Settings, password: &str, roles: &[&str]) -> Postgres {
        let roles = roles.iter().map(|role| (*role).to_owned()).collect();
        let target = Target { roles: BTreeMap::from([(AccessLevel::from("read-write"), roles)]), database: None };
        Postgres::new(settings, Secret::new(password), BTreeMap::from([(ResourceId::from("prod-db"), target)]))
    }
    pub fn terms(&self) -> Terms {
        terms(&self.name("cs"))
    }
    /// An hour from now by the server's clock.
    pub async fn until(&self) -> Timestamp {
        let sql = "SELECT (extract(epoch FROM now()) * 1000000)::int8 + 3600000000";
        Timestamp::from_timestamp_micros(self.count(sql).await).unwrap()
    }
    pub async fn grant(&self, connector: &Postgres) -> Delivery {
        match connector.grant(&self.terms(), self.until().await).await {
            Outcome::Done(delivery) => delivery,
            other => panic!("{other:?}"),
        }
    }
    /// Connects with what the holder got, and nothing else.
    pub async fn log_in(&self, delivery: &Delivery) -> Result<Client, tokio_postgres::Error> {
        let detail = |label| delivery.details.iter().find(|d| d.label == label).unwrap().value.clone();
        let mut config = Config::new();
        config
            .host(detail("host"))
            .port(detail("port").parse().unwrap())
            .dbname(detail("database"))
            .user(detail("user"))
            .password(delivery.secret.as_ref().unwrap().expose());
        connect(&config).await
    }
    /// Nothing of the test stays on the server.
    pub async fn clean(self, more_roles: &[&str]) {
        let tag = &self.tag;
        for role in [self.name("heir"), self.name("rw")].iter().map(String::as_str).chain(more_roles.iter().copied()) {
            let role = identifier(role).unwrap();
            self.sql(&format!("REASSIGN OWNED BY {role} TO CURRENT_USER; DROP OWNED BY {role} CASCADE")).await;
        }
        let server = connect(&self.server).await.unwrap();
        drop(self.root);
        let sql = format!("DROP DATABASE db_{tag} WITH (FORCE)");
        server.batch_execute(&sql).await.unwrap();
        for role in
            [format!("heir_{tag}"), format!("rw_{tag}")].iter().map(String::as_str).chain(more_roles.iter().copied())
        {
            server.batch_execute(&format!("DROP ROLE {}", identifier(role).unwrap())).await.unwrap();
        }
    }
}

pub fn terms(target_name: &str) -> Terms {
    Terms {
        request: "01JD8Q5M3V2ZK7R9T4W6X8Y0AB".into(),
        holder: "dev".into(),
        resource: "prod-db".into(),
        access: "read-write".into(),
        duration: Length::hours(1),
        connector: "main-pg".to_owned(),
        target_name: target_name.to_owned(),
    }
}

pub async fn connect(config: &Config) -> Result<Client, tokio_postgres::Error> {
    let (client, connection) = config.connect(NoTls).await?;
    tokio::spawn(connection);
    Ok(client)
}
