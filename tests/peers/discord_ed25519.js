// Discord's own verifier (npm discord-interactions) as referee: one JSON line in, `accepted` or `refused` out.
const { verifyKey } = require('discord-interactions');
const lines = require('readline').createInterface({ input: process.stdin });
let last = Promise.resolve();
lines.on('line', (line) => {
  const { public_key, timestamp, signature, body } = JSON.parse(line);
  last = last.then(async () => {
    const verdict = await Promise.resolve(verifyKey(body, signature, timestamp, public_key)).catch(() => false);
    console.log(verdict ? 'accepted' : 'refused');
  });
});
