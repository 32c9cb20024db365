// A receiver that believes what the specification's own library believes.
// node webhook_receiver.mjs DIRECTORY KEY [PREVIOUS_KEY]: prints one line of JSON with its address, its clock and a message
// that it has signed itself, then answers 200 to what either key has signed and 401 to everything else.

import { createServer } from "node:http";
import { createRequire } from "node:module";

const [directory, ...keys] = process.argv.slice(2);
const { Webhook } = createRequire(`${directory}/package.json`)("standardwebhooks");

const server = createServer((request, response) => {
  const chunks = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", () => {
    const body = Buffer.concat(chunks).toString("utf8");
    const reasons = [];
    for (const key of keys) {
      try {
        new Webhook(key).verify(body, request.headers);
        response.writeHead(200).end("verified");
        return;
      } catch (error) {
        reasons.push(error.message);
      }
    }
    response.writeHead(401).end(reasons.join("; "));
  });
});

server.listen(0, "127.0.0.1", () => {
  const now = new Date();
  const body = JSON.stringify({ type: "run.finished", data: { status: "success" } });
  const seconds = Math.floor(now.getTime() / 1000);
  console.log(JSON.stringify({
    url: `http://127.0.0.1:${server.address().port}/`,
    now: seconds,
    id: "msg_2Zc",
    timestamp: String(seconds),
    signature: new Webhook(keys[0]).sign("msg_2Zc", now, body),
    body: Buffer.from(body).toString("base64"),
  }));
});
