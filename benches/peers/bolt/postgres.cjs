const { Pool } = require('pg')
const { CHAIN, next } = require('../chain.cjs')

const pool = new Pool({ connectionString: process.env.DATABASE, max: 20 })

const INSERT = "INSERT INTO requests VALUES($1, $2, $3, $4, 'pending', 1, 0, $5, $6)"
const LOCK = 'SELECT state, step, got FROM requests WHERE id = $1 FOR UPDATE'
const UPDATE = 'UPDATE requests SET state = $2, step = $3, got = $4 WHERE id = $1'
const EXPIRE = `WITH due AS (UPDATE requests SET state = 'denied' WHERE state = 'pending' AND deadline <= $1 RETURNING id, step)
  INSERT INTO decisions SELECT id, step, 'timeout', 'deny', $1 FROM due`

async function decided(client, id, step, person, verdict) {
  const { rows: [request] } = await client.query(LOCK, [id])
  if (!request || request.state !== 'pending' || request.step !== step || !CHAIN[step].people.includes(person)) return null
  await client.query('INSERT INTO decisions VALUES($1, $2, $3, $4, $5)', [id, step, person, verdict, Date.now()])
  const now = next(request, verdict)
  await client.query(UPDATE, [id, now.state, now.step, now.got])
  return now
}

module.exports = {
  open: () => pool.query(require('./schema.cjs')),
  create: (r) => pool.query(INSERT, [r.id, r.requester, r.resource, r.role, r.deadline, Date.now()]),
  async decide(id, step, person, verdict) {
    const client = await pool.connect()
    try {
      await client.query('BEGIN')
      const now = await decided(client, id, step, person, verdict)
      await client.query(now ? 'COMMIT' : 'ROLLBACK')
      return now
    } catch (error) {
      await client.query('ROLLBACK').catch(() => {})
      throw error
    } finally {
      client.release()
    }
  },
  expire: () => pool.query(EXPIRE, [Date.now()]),
  async state(id) { return (await pool.query('SELECT state FROM requests WHERE id = $1', [id])).rows[0]?.state },
  async count(state) { return Number((await pool.query('SELECT count(*) n FROM requests WHERE state = $1', [state])).rows[0].n) },
}
