// Drives two Agents Playgrounds in Chromium: dev's and lisa's. See teams_playground.sh.
import { chromium } from "playwright-core";

const [devs, lisas, seenAt, shots] = process.argv.slice(2);
const args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync",
  "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1"];
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args });
const saw = [];
const note = (what) => { saw.push(what); console.log(`saw: ${what}`); };

async function open(url) {
  const page = await browser.newPage({ viewport: { width: 1400, height: 1100 } });
  await page.goto(url);
  await page.getByText("Personal Chat", { exact: true }).first().waitFor();
  return page;
}
async function say(page, words) {
  await page.locator("[role=textbox][contenteditable=true]").first().click();
  await page.keyboard.type(words);
  await page.keyboard.press("Enter");
}
const button = (page, name) => page.getByRole("button", { name, exact: true }).last();
// A card that is drawn anew closes what was unfolded: press again until the field is there.
async function unfold(page, name, field) {
  for (let tries = 0; tries < 6; tries += 1) {
    await button(page, name).click();
    const there = page.getByLabel(field).last();
    if (await there.waitFor({ timeout: 5000 }).then(() => true, () => false)) return;
  }
  throw new Error(`"${name}" does not unfold "${field}"`);
}
const shot = (page, name) => page.screenshot({ path: `${shots}/${name}.png` });

try {
  const [dev, lisa] = [await open(devs), await open(lisas)];

  await say(dev, "prod-db 4h fixing the billing migration");
  await dev.getByText("Security").last().waitFor({ timeout: 15000 });
  note("dev's answer: the chain, in a card that Chromium has rendered");
  await shot(dev, "1-dev-asked");

  await button(lisa, "Approve").waitFor({ timeout: 15000 });
  note("lisa's card, with Approve and Deny");
  await shot(lisa, "2-lisa-card");
  await lisa.locator(".ac-adaptiveCard").last().screenshot({ path: `${shots}/card.png` });

  await button(lisa, "Details").click();
  await lisa.getByText("Why this chain").last().waitFor({ timeout: 15000 });
  note("Details, in the card's place");
  await shot(lisa, "3-lisa-details");
  await button(lisa, "Back to the card").click();

  await button(lisa, "Approve").waitFor({ timeout: 15000 });
  await button(lisa, "Approve").click();
  await lisa.getByText("approved by lisa@acme.com").last().waitFor({ timeout: 15000 });
  note("lisa pressed Approve, and the card says so");
  await shot(lisa, "4-lisa-approved");

  await dev.getByText("Access", { exact: true }).last().click();
  await dev.getByText("approved by lisa@acme.com").last().waitFor({ timeout: 15000 });
  note("the channel's card, brought up to date");
  await button(dev, "Approve").click();
  await dev.getByText("your own request").last().waitFor({ timeout: 15000 });
  note("dev pressed Approve there, and was told why it does not count");
  await shot(dev, "5-dev-refused");

  await dev.getByText("Personal Chat", { exact: true }).first().click();
  await say(dev, "access");
  await button(dev, "Ask").waitFor({ timeout: 15000 });
  note("the form behind \"access\"");
  await shot(dev, "6-dev-form");

  await say(dev, "access grafana 1h looking at the dashboards");
  await lisa.getByText("looking at the dashboards").last().waitFor({ timeout: 15000 });
  await unfold(lisa, "Deny", "Note");
  await lisa.getByLabel("Note").last().fill("not during the freeze");
  await shot(lisa, "7-lisa-denies");
  await button(lisa, "Deny").click();
  await lisa.getByText("not during the freeze").last().waitFor({ timeout: 15000 });
  note("lisa denied with a note, and the card shows it");
  await dev.getByText("not during the freeze").last().waitFor({ timeout: 15000 });
  note("dev was told");
  await shot(dev, "8-dev-told");

  const seen = await (await fetch(seenAt)).json();
  const forged = seen.filter((one) => one.forged);
  const refused = forged.filter((one) => one.status === 401 || one.status === 403);
  if (forged.length < 9 || refused.length !== forged.length) throw new Error(`forged activities were taken: ${JSON.stringify(forged)}`);
  note(`${forged.length} forged activities, each refused`);
  const bad = seen.filter((one) => !one.forged && one.status >= 400 && one.status !== 404);
  if (bad.length || seen.some((one) => one.error)) throw new Error(`trouble: ${JSON.stringify(bad).slice(0, 2000)}`);
  const updated = seen.filter((one) => one.method === "PUT" && one.status === 200);
  if (!updated.length) throw new Error("no card was brought up to date");
  note(`${updated.length} cards brought up to date by the server`);
  console.log(`${saw.length} things seen in ${shots}`);
} catch (error) {
  for (const [n, page] of browser.contexts().flatMap((one) => one.pages()).entries()) await page.screenshot({ path: `${shots}/failed-${n}.png` }).catch(() => {});
  console.error(error);
  console.error(JSON.stringify(await (await fetch(seenAt)).json(), null, 1).slice(0, 6000));
  process.exitCode = 1;
} finally {
  await browser.close();
}
