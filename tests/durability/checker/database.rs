//! The database as it stands, read with SQL and nothing of the server's.

use sqlx::{AssertSqlSafe, PgPool, Row, SqlitePool, postgres::PgPoolOptions};

pub enum Database {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

impl Database {
    pub async fn open(url: &str) -> Self {
        match url.starts_with("sqlite") {
            true => Self::Sqlite(SqlitePool::connect(url).await.unwrap()),
            false => Self::Postgres(PgPoolOptions::new().max_connections(2).connect(url).await.unwrap()),
        }
    }

    /// Rows whose columns are all texts.
    pub async fn rows(&self, sql: &str) -> Vec<Vec<String>> {
        let sql = AssertSqlSafe(sql.to_owned());
        match self {
            Self::Sqlite(pool) => {
                let rows = sqlx::query(sql).fetch_all(pool).await.unwrap();
                rows.iter().map(|row| (0..row.columns().len()).map(|n| row.get(n)).collect()).collect()
            }
            Self::Postgres(pool) => {
                let rows = sqlx::query(sql).fetch_all(pool).await.unwrap();
                rows.iter().map(|row| (0..row.columns().len()).map(|n| row.get(n)).collect()).collect()
            }
        }
    }

    /// One number.
    pub async fn number(&self, sql: &str) -> i64 {
        let rows = self.rows(&format!("SELECT CAST(({sql}) AS TEXT)")).await;
        rows[0][0].parse().unwrap()
    }

    /// All rows of a query, so many at a time: `page` makes its text from the last row's first column.
    pub async fn pages(&self, page: impl Fn(&str) -> String, mut each: impl FnMut(&[String])) {
        let mut last = String::new();
        loop {
            let rows = self.rows(&page(&last)).await;
            let Some(row) = rows.last() else { return };
            last = row[0].clone();
            rows.iter().for_each(|row| each(row));
        }
    }

    pub async fn close(self) {
        match self {
            Self::Sqlite(pool) => pool.close().await,
            Self::Postgres(pool) => pool.close().await,
        }
    }
}
