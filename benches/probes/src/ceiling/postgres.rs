//! The writer on PostgreSQL: one statement with arrays per batch and table, pipelined in one transaction.

use super::{Command, Core, Row};
use tokio::sync::mpsc;
use tokio_postgres::{Error, NoTls, Statement, types::ToSql};

const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS requests(number int PRIMARY KEY, id text, state text, step int2, voters int2, deadline int8)
      WITH (fillfactor = 70);
    CREATE TABLE IF NOT EXISTS votes(seq bigserial, request int, step int2, person text);
    CREATE TABLE IF NOT EXISTS outbox(seq bigserial, request int)";
const CREATE: &str = "
    WITH made AS (INSERT INTO requests SELECT n, id, 'pending', 1, 0, at FROM unnest($1::int[], $2::text[], $3::int8[]) t(n, id, at))
    INSERT INTO outbox(request) SELECT n FROM unnest($1::int[]) n";
const VOTE: &str = "
    WITH cast_now AS (INSERT INTO votes(request, step, person) SELECT n, step, person FROM unnest($1::int[], $2::int2[], $3::text[])
        t(n, step, person)),
      told AS (INSERT INTO outbox(request) SELECT n FROM unnest($1::int[]) n)
    UPDATE requests r SET state = t.state, step = t.step, voters = t.voters
    FROM (SELECT DISTINCT ON (n) n, state, step, voters FROM unnest($1::int[], $4::text[], $2::int2[], $5::int2[]) WITH ORDINALITY
        x(n, state, step, voters, at) ORDER BY n, at DESC) t
    WHERE r.number = t.n";

/// Works until nobody can send commands any more.
pub async fn postgres(url: &str, mut commands: mpsc::Receiver<Command>) -> Result<(), Error> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
    tokio::spawn(connection);
    client.batch_execute(SCHEMA).await?;
    let (create, vote) = (client.prepare(CREATE).await?, client.prepare(VOTE).await?);
    let mut core = Core::default();
    while core.gather(&mut commands).await {
        if !core.rows.is_empty() {
            commit(&client, &create, &vote, core.rows.drain(..)).await?;
        }
        core.acknowledge();
    }
    Ok(())
}

#[derive(Default)]
struct Votes {
    numbers: Vec<i32>,
    steps: Vec<i16>,
    people: Vec<String>,
    states: Vec<&'static str>,
    voters: Vec<i16>,
}

async fn commit(
    client: &tokio_postgres::Client,
    create: &Statement,
    vote: &Statement,
    rows: impl Iterator<Item = Row>,
) -> Result<(), Error> {
    let (mut numbers, mut ids, mut deadlines, mut votes) = (Vec::new(), Vec::new(), Vec::new(), Votes::default());
    for row in rows {
        match row.created {
            Some((id, deadline)) => {
                numbers.push(row.number);
                ids.push(id);
                deadlines.push(deadline);
            }
            None => {
                votes.numbers.push(row.number);
                votes.steps.push(row.step);
                votes.people.push(row.person);
                votes.states.push(row.state);
                votes.voters.push(row.voters);
            }
        }
    }
    let created: [&(dyn ToSql + Sync); 3] = [&numbers, &ids, &deadlines];
    let voted: [&(dyn ToSql + Sync); 5] = [&votes.numbers, &votes.steps, &votes.people, &votes.states, &votes.voters];
    match (numbers.is_empty(), votes.numbers.is_empty()) {
        (false, true) => drop(client.execute(create, &created).await?),
        (true, false) => drop(client.execute(vote, &voted).await?),
        _ => {
            let (begin, one, two, commit) = tokio::join!(
                client.batch_execute("BEGIN"),
                client.execute(create, &created),
                client.execute(vote, &voted),
                client.batch_execute("COMMIT"),
            );
            (begin?, one?, two?, commit?);
        }
    }
    Ok(())
}
