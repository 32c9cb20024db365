// Judges Bot Framework tokens with Microsoft's own verifier, botframework-connector.
//
//   node teams_jwt.js DIR < LINES        DIR: where npm has installed botframework-connector
//
// The first line says for which app, by which metadata, and at which moment (in seconds); each other line is a name and a
// token. Answers each with a line: its name, and whether it was accepted.
const path = require("path");
const readline = require("readline");
const from = (name) => require(require.resolve(name, { paths: [path.resolve(process.argv[2])] }));

async function main() {
  const lines = [];
  for await (const line of readline.createInterface({ input: process.stdin })) lines.push(JSON.parse(line));
  const [setting, ...cases] = lines;
  // The moment is the test's, not this machine's.
  const { JwtTokenExtractor } = from("botframework-connector/lib/auth/jwtTokenExtractor");
  const issuer = "https://api.botframework.com";
  const rules = { issuer: [issuer], audience: setting.app, clockTolerance: 300, ignoreExpiration: false, clockTimestamp: setting.now };
  const extractor = new JwtTokenExtractor(rules, setting.metadata, ["RS256"]);
  for (const { name, token } of cases) {
    let accepted = false;
    let why = "";
    try {
      accepted = Boolean(await extractor.getIdentity("Bearer", token, "msteams", ["msteams"]));
    } catch (error) {
      why = String(error.message).slice(0, 120);
    }
    console.log(JSON.stringify({ name, accepted, why }));
  }
}

// The extractor says in the log what it thinks of a token; the verdict is all that is wanted here.
console.error = () => {};
main().then(() => process.exit(0), (error) => { process.stderr.write(`${error.stack}\n`); process.exit(1); });
