// The chain that everybody plays: 1 of 3, 1 of 2, 2 of 4; and a plain HTTP server for engines that have none.
const http = require('node:http')

const CHAIN = {
  1: { need: 1, people: ['U1A', 'U1B', 'U1C'] },
  2: { need: 1, people: ['U2A', 'U2B'] },
  3: { need: 2, people: ['U3A', 'U3B', 'U3C', 'U3D'] },
}

// What becomes of a request when somebody eligible has voted.
function next(request, verdict) {
  if (verdict !== 'approve') return { ...request, state: 'denied' }
  const got = request.got + 1
  if (got < CHAIN[request.step].need) return { ...request, got }
  return request.step === 3 ? { state: 'approved', step: 3, got } : { state: 'pending', step: request.step + 1, got: 0 }
}

function body(request) {
  return new Promise((done) => {
    let text = ''
    request.on('data', (part) => { text += part })
    request.on('end', () => done(text))
  })
}

// create, decide, state and count answer with what they return, as JSON.
function serve(port, calls) {
  const server = http.createServer(async (request, response) => {
    try {
      const url = new URL(request.url, 'http://bench')
      const text = await body(request)
      const query = Object.fromEntries(url.searchParams)
      const call = calls[url.pathname.slice(1)]
      if (!call) { response.statusCode = 404; return response.end() }
      const answer = await call(request.method === 'POST' ? JSON.parse(text) : query)
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify(answer ?? {}))
    } catch (error) {
      console.error(error.message)
      response.statusCode = 500
      response.end(String(error.message))
    }
  })
  server.keepAliveTimeout = 600_000
  return new Promise((done) => server.listen(port, '127.0.0.1', done))
}

module.exports = { CHAIN, next, serve }
