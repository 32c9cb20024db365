// What many a company has: an approval bot on Slack's own framework. STORE=pg|sqlite; MESSAGES=1 posts and updates a card.
const { App, HTTPReceiver, LogLevel } = require('@slack/bolt')
const store = require(process.env.STORE === 'pg' ? './postgres.cjs' : './sqlite.cjs')

const MESSAGES = process.env.MESSAGES === '1'
const quietly = (promise) => promise.catch((error) => console.error(error.message))

function card(id, request) {
  const button = (verdict, style) => ({ type: 'button', action_id: verdict, style, value: `${id}|${request.step}|${verdict}`,
    text: { type: 'plain_text', text: verdict === 'approve' ? 'Approve' : 'Deny' } })
  return [
    { type: 'header', text: { type: 'plain_text', text: 'Access request: prod-db-primary / read-write' } },
    { type: 'section', text: { type: 'mrkdwn', text: `*${id}* ${request.state}, step ${request.step} of 3` } },
    { type: 'actions', elements: [button('approve', 'primary'), button('deny', 'danger')] },
  ]
}

const route = (path, answer) => ({ path, method: ['GET'], handler: async (request, response) => {
  response.end(JSON.stringify(await answer(new URL(request.url, 'http://bench').searchParams)))
} })

async function main() {
  await store.open()
  const receiver = new HTTPReceiver({
    signingSecret: process.env.SLACK_SIGNING_SECRET, endpoints: ['/slack/events'], processBeforeResponse: true, logLevel: LogLevel.ERROR,
    customRoutes: [
      route('/state', async (query) => ({ state: await store.state(query.get('id')) })),
      route('/count', async (query) => ({ count: await store.count(query.get('state')) })),
    ],
  })
  const app = new App({ token: 'xoxb-bench', receiver, logLevel: LogLevel.ERROR, tokenVerificationEnabled: false,
    clientOptions: { slackApiUrl: process.env.SLACK_API } })

  app.command('/access', async ({ command, ack, client }) => {
    const [id, resource, role, deadline] = command.text.split(' ')
    await store.create({ id, requester: command.user_id, resource, role, deadline: Number(deadline) })
    await ack()
    const blocks = card(id, { state: 'pending', step: 1 })
    if (MESSAGES) quietly(client.chat.postMessage({ channel: command.channel_id, text: `Access request ${id}`, blocks }))
  })
  for (const verdict of ['approve', 'deny']) {
    app.action(verdict, async ({ action, body, ack, client }) => {
      const [id, step] = action.value.split('|')
      const request = await store.decide(id, Number(step), body.user.id, verdict)
      await ack()
      if (!MESSAGES || !request) return
      const message = { channel: body.channel.id, ts: body.message.ts, text: `Access request ${id}`, blocks: card(id, request) }
      quietly(client.chat.update(message))
    })
  }
  setInterval(() => quietly(Promise.resolve().then(store.expire)), 1000)
  await app.start(Number(process.env.PORT))
}

main()
