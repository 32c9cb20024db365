// The request as a DBOS workflow that receives votes as messages. Results come from the handle in the process, which spares a
// poll of a second.
const { DBOS } = require('@dbos-inc/dbos-sdk')
const { Pool } = require('pg')
const { CHAIN, serve } = require('../chain.cjs')

const handles = new Map()

async function run(asked) {
  for (const step of [1, 2, 3]) {
    const got = new Set()
    while (got.size < CHAIN[step].need) {
      const left = Math.max(0.001, (asked.deadline_ms - Date.now()) / 1000)
      const vote = await DBOS.recv(`step${step}`, left)
      if (!vote || vote.verdict !== 'approve') return { state: 'denied', step }
      if (CHAIN[step].people.includes(vote.user)) got.add(vote.user)
    }
  }
  return { state: 'approved' }
}

const approval = DBOS.registerWorkflow(run, { name: 'approval' })

async function main() {
  const database = process.env.DATABASE
  DBOS.setConfig({ name: 'bench', systemDatabaseUrl: database, logLevel: 'error', applicationVersion: '1', systemDatabasePoolSize: 20 })
  await DBOS.launch()
  const pool = new Pool({ connectionString: database, max: 2 })
  const done = "SELECT count(*) n FROM dbos.workflow_status WHERE status = 'SUCCESS'"
  await serve(Number(process.env.PORT), {
    async create(asked) { handles.set(asked.id, await DBOS.startWorkflow(approval, { workflowID: asked.id })(asked)) },
    async decide(vote) { await DBOS.send(vote.id, vote, `step${vote.step}`) },
    async state({ id }) { const result = await handles.get(id).getResult(); handles.delete(id); return result },
    async count() { return { count: Number((await pool.query(done)).rows[0].n) } },
  })
}

main()
