//! The one body of [`Store`](super::Store) for both databases. What differs stands in `sqlite.rs` and `postgres.rs`:
//!
//! * `reading()`: the pool that reads;
//! * `durable()`: a connection whose commits survive power loss;
//! * `lazy()`: one whose last commits may be lost with the power, never torn. For bookkeeping of work that is done at
//!   least once anyway (leases, results, postings): losing it repeats work, and every fsync saved is one for decisions;
//! * `take()`: claims jobs; `batch()`: begins the writer's transaction; `announce_all()`; the statement `DUE`.

macro_rules! impl_store {
    ($store:ty, $backend:literal) => {
        #[async_trait::async_trait]
        impl Store for $store {
            fn backend(&self) -> &'static str {
                $backend
            }
            async fn ping(&self) -> Result<()> {
                sqlx::query(sql::PING).execute(self.reading()).await?;
                Ok(())
            }
            async fn begin(&self) -> Result<Box<dyn Batch>> {
                self.batch().await
            }

            async fn request(&self, name: &str) -> Result<Option<Request>> {
                let row = sqlx::query_as(sql::REQUEST).bind(clean(name)).fetch_optional(self.reading()).await?;
                row.map(codec::request).transpose()
            }
            async fn requests(&self, query: &Query) -> Result<Vec<Request>> {
                let rows = filter::requests(query).build_query_as().fetch_all(self.reading()).await?;
                rows.into_iter().map(codec::request).collect()
            }
            async fn census(&self) -> Result<Vec<(String, Option<String>, bool, i64)>> {
                Ok(sqlx::query_as(sql::CENSUS).fetch_all(self.reading()).await?)
            }

            async fn due(&self, now: Timestamp, lease: TimeDelta, limit: i64) -> Result<Vec<RequestId>> {
                let query = sqlx::query_as(Self::DUE).bind(micros(now)).bind(micros_after(now, lease));
                Ok(codec::alarms(query.bind(limit.max(0)).fetch_all(&mut *self.lazy().await?).await?))
            }
            async fn claim(&self, lane: Lane, now: Timestamp, lease: TimeDelta, limit: i64) -> Result<Vec<Job>> {
                let rows = self.take(lane, micros(now), micros_after(now, lease), limit.max(0)).await?;
                let (jobs, bad) = codec::jobs(rows);
                for codec::BadJob { id, generation, attempts, error } in bad {
                    tracing::error!(%error, lane = lane.key(), "a job cannot be read; it is buried, the others go on");
                    let query = sqlx::query(sql::BURY).bind(id).bind(generation).bind(attempts);
                    query.bind(clean(&error.to_string())).execute(&mut *self.lazy().await?).await?;
                }
                Ok(jobs)
            }
            async fn finish(&self, job: &Job) -> Result<()> {
                let mut db = self.lazy().await?;
                let query = sqlx::query(sql::FINISH).bind(job.id).bind(job.generation).bind(job.attempts);
                if query.execute(&mut *db).await?.rows_affected() == 0 {
                    let query = sqlx::query(sql::RELEASE).bind(job.id).bind(job.generation).bind(job.attempts);
                    query.execute(&mut *db).await?;
                }
                Ok(())
            }
            async fn retry(&self, job: &Job, due: Timestamp, error: &str) -> Result<()> {
                let query = sqlx::query(sql::RETRY).bind(job.id).bind(job.generation).bind(job.attempts);
                query.bind(micros(due)).bind(clean(error)).execute(&mut *self.lazy().await?).await?;
                Ok(())
            }
            async fn bury(&self, job: &Job, error: &str) -> Result<()> {
                let query = sqlx::query(sql::BURY).bind(job.id).bind(job.generation).bind(job.attempts);
                query.bind(clean(error)).execute(&mut *self.lazy().await?).await?;
                Ok(())
            }
            async fn backlog(&self) -> Result<Vec<(Lane, i64, i64, Option<Timestamp>)>> {
                let rows: Vec<(String, i64, i64, Option<i64>)> =
                    sqlx::query_as(sql::BACKLOG).fetch_all(self.reading()).await?;
                rows.into_iter()
                    .map(|(lane, waiting, dead, since)| {
                        Ok((codec::lane(&lane)?, waiting, dead, since.map(codec::moment).transpose()?))
                    })
                    .collect()
            }
            async fn raise(&self, request: &RequestId, effect: &Effect, due: Timestamp) -> Result<()> {
                let Some(lane) = Lane::of(effect) else {
                    return Err(StoreError::Database(format!(
                        "{effect:?} of request {request} is an alarm, not a job"
                    )));
                };
                let query = sqlx::query(sql::RAISE).bind(request.as_str()).bind(codec::to_json(effect)?);
                query.bind(lane.key()).bind(micros(due)).execute(&mut *self.durable().await?).await?;
                Ok(())
            }

            async fn put_credential(&self, c: &Credential) -> Result<()> {
                let query = sqlx::query(sql::PUT_CREDENTIAL).bind(c.kind.key()).bind(c.hash.as_str());
                let query = query.bind(clean(&c.subject)).bind(clean(&c.label)).bind(micros(c.created_at));
                let query = query.bind(micros(c.expires_at)).bind(c.used_at.map(micros));
                query.execute(&mut *self.durable().await?).await?;
                Ok(())
            }
            async fn credential(&self, kind: CredentialKind, hash: &str, now: Timestamp) -> Result<Option<Credential>> {
                let query = sqlx::query_as(sql::CREDENTIAL).bind(kind.key()).bind(clean(hash)).bind(micros(now));
                query.fetch_optional(self.reading()).await?.map(|row| codec::credential(kind, row)).transpose()
            }
            async fn consume_credential(
                &self,
                kind: CredentialKind,
                hash: &str,
                now: Timestamp,
            ) -> Result<Option<Credential>> {
                let query = sqlx::query_as(sql::CONSUME_CREDENTIAL).bind(kind.key()).bind(clean(hash));
                let row = query.bind(micros(now)).fetch_optional(&mut *self.durable().await?).await?;
                row.map(|row| codec::credential(kind, row)).transpose()
            }
            async fn touch_credential(
                &self,
                kind: CredentialKind,
                hash: &str,
                now: Timestamp,
                expires_at: Timestamp,
            ) -> Result<()> {
                let query = sqlx::query(sql::TOUCH_CREDENTIAL).bind(kind.key()).bind(clean(hash));
                query.bind(micros(now)).bind(micros(expires_at)).execute(&mut *self.lazy().await?).await?;
                Ok(())
            }
            async fn remove_credential(&self, kind: CredentialKind, hash: &str) -> Result<bool> {
                let query = sqlx::query(sql::REMOVE_CREDENTIAL).bind(kind.key()).bind(clean(hash));
                Ok(query.execute(&mut *self.durable().await?).await?.rows_affected() > 0)
            }
            async fn credentials_of(&self, kind: CredentialKind, subject: &str) -> Result<Vec<Credential>> {
                let query = sqlx::query_as(sql::CREDENTIALS_OF).bind(kind.key()).bind(clean(subject));
                let rows = query.fetch_all(self.reading()).await?;
                rows.into_iter().map(|row| codec::credential(kind, row)).collect()
            }

            async fn bindings(&self) -> Result<Vec<Binding>> {
                let rows = sqlx::query_as(sql::BINDINGS).fetch_all(self.reading()).await?;
                rows.into_iter().map(codec::binding).collect()
            }
            async fn bind(&self, b: &Binding) -> Result<()> {
                let query = sqlx::query(sql::BIND).bind(b.account.platform.key()).bind(clean(&b.account.tenant));
                let query = query.bind(clean(&b.account.user)).bind(b.person.as_str()).bind(micros(b.at));
                query.execute(&mut *self.durable().await?).await?;
                Ok(())
            }
            async fn unbind(&self, account: &Account) -> Result<bool> {
                let query = sqlx::query(sql::UNBIND).bind(account.platform.key()).bind(clean(&account.tenant));
                let query = query.bind(clean(&account.user));
                Ok(query.execute(&mut *self.durable().await?).await?.rows_affected() > 0)
            }

            async fn put_secret(&self, request: &RequestId, sealed: &[u8], now: Timestamp) -> Result<()> {
                let query = sqlx::query(sql::PUT_SECRET).bind(request.as_str()).bind(sealed).bind(micros(now));
                query.execute(&mut *self.durable().await?).await?;
                Ok(())
            }
            async fn take_secret(&self, request: &RequestId) -> Result<Option<Vec<u8>>> {
                let query = sqlx::query_scalar(sql::TAKE_SECRET).bind(clean(request.as_str()));
                Ok(query.fetch_optional(&mut *self.durable().await?).await?)
            }
            async fn secret(&self, request: &RequestId) -> Result<Option<Vec<u8>>> {
                let query = sqlx::query_scalar(sql::SECRET).bind(clean(request.as_str()));
                Ok(query.fetch_optional(self.reading()).await?)
            }
            async fn has_secret(&self, request: &RequestId) -> Result<bool> {
                let query = sqlx::query_scalar::<_, i64>(sql::HAS_SECRET).bind(clean(request.as_str()));
                Ok(query.fetch_one(self.reading()).await? > 0)
            }

            async fn audit(&self, query: &AuditQuery) -> Result<Vec<AuditRow>> {
                let rows = filter::audit(query).build_query_as().fetch_all(self.reading()).await?;
                rows.into_iter().map(codec::audit).collect()
            }
            async fn audit_head(&self) -> Result<AuditHead> {
                codec::head(sqlx::query_as(sql::AUDIT_HEAD).fetch_one(self.reading()).await?)
            }
            async fn checkpoint(&self) -> Result<Option<Checkpoint>> {
                let row = sqlx::query_as(sql::CHECKPOINT).fetch_optional(self.reading()).await?;
                row.map(codec::checkpoint).transpose()
            }
            async fn checkpoints(&self) -> Result<Vec<Checkpoint>> {
                let rows = sqlx::query_as(sql::CHECKPOINTS).fetch_all(self.reading()).await?;
                rows.into_iter().map(codec::checkpoint).collect()
            }
            async fn save_checkpoint(&self, c: &Checkpoint) -> Result<()> {
                let query = sqlx::query(sql::SAVE_CHECKPOINT).bind(c.size).bind(c.note.as_str()).bind(micros(c.at));
                query.execute(&mut *self.durable().await?).await?;
                Ok(())
            }

            async fn heed_clock(&self, now: Timestamp) -> Result<()> {
                let mut db = self.lazy().await?;
                for (statement, becomes, latest) in crate::store::ahead::mended(now) {
                    sqlx::query(statement).bind(micros(becomes)).bind(micros(latest)).execute(&mut *db).await?;
                }
                Ok(())
            }
            async fn sweep(&self, now: Timestamp, keys_before: Timestamp) -> Result<()> {
                let mut db = self.lazy().await?;
                sqlx::query(sql::SWEEP_CREDENTIALS).bind(micros(now)).execute(&mut *db).await?;
                sqlx::query(sql::SWEEP_KEYS).bind(micros(keys_before)).execute(&mut *db).await?;
                Ok(())
            }
            async fn announce(&self) {
                self.announce_all();
            }
            async fn wait(&self, max: Duration) {
                self.wakes.wait(max).await;
            }
        }
    };
}
pub(super) use impl_store;
