// Slack's own TypeScript types (npm @slack/types) as referee, under `tsc --strict`: they know every key and reject others.
// Reads the JSON lines of slack_blocks.py from standard input; the first argument is a directory with node_modules.
// Says "N of N accepted", after it has seen that a wrong key and a wrong kind of text are refused.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const home = resolve(process.argv[2]);
const lines = readFileSync(0, 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line));
const judged = lines.filter((line) => line.blocks || line.view);
const place = mkdtempSync(join(home, 'types-'));

function complaints(name, declarations) {
  const file = join(place, `${name}.ts`);
  writeFileSync(file, `import type { KnownBlock, ModalView } from "@slack/types";\n${declarations.join('\n')}\n`);
  const tsc = join(home, 'node_modules', 'typescript', 'bin', 'tsc');
  const options = ['--strict', '--noEmit', '--skipLibCheck', '--module', 'esnext', '--moduleResolution', 'bundler'];
  try {
    execFileSync(process.execPath, [tsc, ...options, file], { cwd: home });
    return '';
  } catch (error) {
    return String(error.stdout);
  }
}

try {
  const wrong = [
    'export const key: KnownBlock[] = [{ type: "section", text: { type: "mrkdwn", text: "x" }, colour: "red" }];',
    'export const text: KnownBlock[] = [{ type: "actions", elements: [{ type: "button", text: { type: "mrkdwn", text: "x" } }] }];',
  ];
  const blind = wrong.filter((declaration, n) => complaints(`wrong${n}`, [declaration]) === '');
  if (blind.length > 0) throw new Error(`the types let pass: ${blind}`);
  const declarations = judged.map((line, n) =>
    line.blocks
      ? `export const b${n}: KnownBlock[] = ${JSON.stringify(line.blocks)};`
      : `export const v${n}: ModalView = ${JSON.stringify(line.view)};`,
  );
  const said = complaints('ours', declarations);
  if (said) throw new Error(said);
  console.log(`${judged.length} of ${judged.length} accepted`);
} catch (error) {
  console.log(String(error.message));
  process.exitCode = 1;
} finally {
  rmSync(place, { recursive: true, force: true });
}
