// Teams' authentication between our server and two Agents Playgrounds, which have none of their own.
//
//   node teams_proxy.mjs PORT SERVER APP SECRET TENANT  ID=PLAYGROUND ID=PLAYGROUND
//
// Activities of a playground get a Bot Framework token (RS256, as the metadata and keys served here say) and go to the
// server; the server's calls are taken only with a token of the login here, and go to the playground of the person named by
// ID, an Entra object id. Without a person they go to the first. GET /_seen: what passed, and with which status.
import { createServer } from "node:http";
import { createSign, generateKeyPairSync, randomBytes } from "node:crypto";

const [port, server, app, secret, tenant, ...people] = process.argv.slice(2);
const self = `http://127.0.0.1:${port}`;
const playgrounds = people.map((one) => ({ object: one.split("=")[0], url: one.split("=")[1] }));
const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const { privateKey: stranger } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const issued = new Set();
const seen = [];

const coded = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
function token(serviceurl, key) {
  const now = Math.floor(Date.now() / 1000);
  const claims = { iss: "https://api.botframework.com", aud: app, serviceurl, nbf: now - 5, exp: now + 3600 };
  const signed = `${coded({ alg: "RS256", kid: "playground", typ: "JWT" })}.${coded(claims)}`;
  return `${signed}.${createSign("RSA-SHA256").update(signed).sign(key).toString("base64url")}`;
}

async function body(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts);
}

function answer(response, status, json) {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(json));
}

async function pass(response, url, method, bytes, headers) {
  const reply = await fetch(url, { method, body: bytes.length ? bytes : undefined, headers: { "content-type": "application/json", ...headers } });
  const text = await reply.text();
  response.writeHead(reply.status, { "content-type": reply.headers.get("content-type") ?? "application/json" });
  response.end(text);
  return { status: reply.status, text };
}

// /in/N: an activity of playground N.
async function inbound(request, response, number) {
  const raw = await body(request);
  // A playground knocks before it starts.
  if (!raw.length) return answer(response, 200, {});
  const activity = JSON.parse(raw);
  activity.serviceUrl = `${self}/svc/${number}`;
  const bytes = Buffer.from(JSON.stringify(activity));
  const send = (authorization) => fetch(server, { method: "POST", body: bytes, headers: { "content-type": "application/json", ...authorization } });
  // The same activity, unproven or proven by a stranger, must be refused before it is served.
  for (const forged of [{}, { authorization: `Bearer ${token(activity.serviceUrl, stranger)}` }, { authorization: `Bearer ${token("https://smba.trafficmanager.net/x", privateKey)}` }]) {
    seen.push({ forged: true, type: activity.type, status: (await send(forged)).status });
  }
  const { status, text } = await pass(response, server, "POST", bytes, { authorization: `Bearer ${token(activity.serviceUrl, privateKey)}` });
  seen.push({ in: number, type: activity.type, name: activity.name, status, activity, text });
}

// /svc/N/v3/...: a call of the server's.
async function outbound(request, response, number, path) {
  const bytes = await body(request);
  const bearer = (request.headers.authorization ?? "").replace(/^Bearer /, "");
  if (!issued.has(bearer)) {
    seen.push({ out: path, status: 401 });
    return answer(response, 401, { error: { code: "Unauthorized", message: "no token of ours" } });
  }
  const member = path === "/v3/conversations" ? JSON.parse(bytes).members?.[0]?.id : undefined;
  const named = playgrounds.findIndex((one) => one.object === member || path.includes(encodeURIComponent(`a:${one.object}`)));
  if (member && named < 0) {
    seen.push({ out: path, status: 404, member });
    return answer(response, 404, { error: { code: "UserNotFound", message: "nobody of the playgrounds" } });
  }
  // A playground has one personal chat, which is there from the start.
  if (member) {
    seen.push({ out: path, status: 201, member });
    return answer(response, 201, { id: `a:${member}` });
  }
  const target = playgrounds[named < 0 ? number : named];
  const { status, text } = await pass(response, `${target.url}/_connector${path}`, request.method, bytes, {});
  seen.push({ out: path, method: request.method, status, text: status < 300 ? undefined : text });
}

async function login(request, response, path) {
  const form = new URLSearchParams((await body(request)).toString());
  const good = path === `/${tenant}/oauth2/v2.0/token` && form.get("client_id") === app && form.get("client_secret") === secret;
  if (!good || form.get("grant_type") !== "client_credentials" || form.get("scope") !== "https://api.botframework.com/.default") {
    return answer(response, 401, { error: "invalid_client" });
  }
  const made = randomBytes(24).toString("base64url");
  issued.add(made);
  answer(response, 200, { token_type: "Bearer", expires_in: 3599, access_token: made });
}

createServer(async (request, response) => {
  const { pathname } = new URL(request.url, self);
  const [, room, number] = pathname.split("/");
  try {
    if (room === "in") await inbound(request, response, Number(number));
    else if (room === "svc") await outbound(request, response, Number(number), request.url.replace(/^\/svc\/\d+/, ""));
    else if (room === "login") await login(request, response, pathname.replace("/login", ""));
    else if (room === "openid") answer(response, 200, { issuer: "https://api.botframework.com", jwks_uri: `${self}/keys`, id_token_signing_alg_values_supported: ["RS256"] });
    else if (room === "keys") answer(response, 200, { keys: [{ ...publicKey.export({ format: "jwk" }), kid: "playground", use: "sig", endorsements: ["msteams"] }] });
    else if (room === "_seen") answer(response, 200, seen);
    else answer(response, 404, {});
  } catch (error) {
    seen.push({ error: String(error), path: pathname });
    if (!response.headersSent) answer(response, 502, { error: String(error) });
  }
}).listen(Number(port), "127.0.0.1");
