// Discord's own verifier (npm: discord-interactions) and an independent signer (npm: tweetnacl) as referees. Reads JSON lines
//   {"name": ..., "seed": hex, "key": hex, "timestamp": ..., "body": ..., "signature": hex}
// and answers each with {"name": ..., "verified": does the verifier take it, "signature": as the signer would sign it}.
const { verifyKey } = require("discord-interactions");
const nacl = require("tweetnacl");
const readline = require("node:readline");

async function judge({ name, seed, key, timestamp, body, signature }) {
  const pair = nacl.sign.keyPair.fromSeed(Buffer.from(seed, "hex"));
  const signed = nacl.sign.detached(Buffer.from(timestamp + body), pair.secretKey);
  const verified = await verifyKey(body, signature, timestamp, key).catch(() => false);
  return { name, verified, signature: Buffer.from(signed).toString("hex") };
}

(async () => {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    console.log(JSON.stringify(await judge(JSON.parse(line))));
  }
})();
