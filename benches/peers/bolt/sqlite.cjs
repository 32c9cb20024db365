const db = require('better-sqlite3')(process.env.DATABASE)
const { CHAIN, next } = require('../chain.cjs')

db.pragma('journal_mode = WAL')
db.pragma('synchronous = FULL')
db.exec(require('./schema.cjs'))

const insert = db.prepare("INSERT INTO requests VALUES(?, ?, ?, ?, 'pending', 1, 0, ?, ?)")
const select = db.prepare('SELECT state, step, got FROM requests WHERE id = ?')
const vote = db.prepare('INSERT INTO decisions VALUES(?, ?, ?, ?, ?)')
const update = db.prepare('UPDATE requests SET state = ?, step = ?, got = ? WHERE id = ?')
const due = db.prepare("UPDATE requests SET state = 'denied' WHERE state = 'pending' AND deadline <= ? RETURNING id, step")
const count = db.prepare('SELECT count(*) n FROM requests WHERE state = ?')

const decide = db.transaction((id, step, person, verdict) => {
  const request = select.get(id)
  if (!request || request.state !== 'pending' || request.step !== step || !CHAIN[step].people.includes(person)) return null
  vote.run(id, step, person, verdict, Date.now())
  const now = next(request, verdict)
  update.run(now.state, now.step, now.got, id)
  return now
})

const expire = db.transaction((now) => {
  for (const request of due.all(now)) vote.run(request.id, request.step, 'timeout', 'deny', now)
})

module.exports = {
  open() {},
  create(r) { insert.run(r.id, r.requester, r.resource, r.role, r.deadline, Date.now()) },
  decide: (...vote) => decide.immediate(...vote),
  expire: () => expire.immediate(Date.now()),
  state: (id) => select.get(id)?.state,
  count: (state) => count.get(state).n,
}
