// The request as a virtual object with a delayed call to itself as its timer: the fastest shape that Restate offers.
import http from 'node:http'
import { createRequire } from 'node:module'
import * as restate from '@restatedev/restate-sdk'

const { CHAIN, next } = createRequire(import.meta.url)('../chain.cjs')
let denied = 0

const approval = restate.object({
  name: 'approval',
  handlers: {
    create: async (ctx, asked) => {
      ctx.set('request', { state: 'pending', step: 1, got: 0, voters: [] })
      const delay = Math.max(1, asked.deadline_ms - (await ctx.date.now()))
      ctx.genericSend({ service: 'approval', method: 'expire', key: ctx.key, parameter: new Uint8Array(), delay })
      return { ok: true }
    },
    decide: async (ctx, vote) => {
      const request = await ctx.get('request')
      if (!request || request.state !== 'pending' || request.step !== vote.step) return { error: 'stale' }
      if (!CHAIN[vote.step].people.includes(vote.user) || request.voters.includes(vote.user)) {
        throw new restate.TerminalError('not an approver', { errorCode: 403 })
      }
      const now = { ...next(request, vote.verdict), voters: [...request.voters, vote.user] }
      ctx.set('request', now)
      return now
    },
    expire: async (ctx) => {
      const request = await ctx.get('request')
      if (request?.state !== 'pending') return
      ctx.set('request', { ...request, state: 'denied' })
      denied++
    },
    status: restate.handlers.object.shared(async (ctx) => await ctx.get('request')),
  },
})

restate.serve({ services: [approval], port: Number(process.env.PORT) })
http.createServer((_, response) => response.end(JSON.stringify({ count: denied }))).listen(Number(process.env.COUNT_PORT), '127.0.0.1')
