// Drives the console and the demo's tour in headless Chromium, as a newcomer would, and keeps screenshots.
//
//   node tests/peers/console.mjs http://127.0.0.1:8080 target/screenshots
//
// The server runs `countersign demo`, freshly started. Needs playwright-core and a Chromium (CHROMIUM=/usr/bin/chromium).
import { mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import process from "node:process";

const require = createRequire(join(process.cwd(), "package.json"));
const { chromium } = require("playwright-core");

const [base, shots] = process.argv.slice(2);
if (!base || !shots) {
  console.error("usage: console.mjs BASE_URL SCREENSHOT_DIR");
  process.exit(2);
}
mkdirSync(shots, { recursive: true });

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
  ],
});

let failed = 0;
let step = 0;
const check = (what, ok, seen = "") => {
  step += 1;
  console.log(`${ok ? "ok  " : "FAIL"} ${String(step).padStart(2)} ${what}${ok || seen === "" ? "" : `: ${seen}`}`);
  if (!ok) failed += 1;
};

const wide = { width: 1280, height: 800 };
const phone = { width: 390, height: 844 };
const troubles = [];

/** A browser of its own: context, page, and an ear for what must not happen. */
const open = async (options = {}) => {
  const context = await browser.newContext({ viewport: wide, locale: "en-GB", timezoneId: "Europe/Berlin", ...options });
  const page = await context.newPage();
  page.on("console", (message) => {
    const noise = /status of 40[349]|status of 422/.test(message.text());
    if (message.type() === "error" && !noise) troubles.push(message.text());
  });
  page.on("pageerror", (error) => troubles.push(String(error)));
  page.on("dialog", (dialog) => {
    troubles.push("a dialog: " + dialog.message());
    dialog.dismiss();
  });
  return page;
};
const shoot = (page, name, full = false) => page.screenshot({ path: join(shots, `${name}.png`), fullPage: full });
const text = (page) => page.locator("main").innerText();
const be = async (page, person) => {
  await page.goto(`${base}/demo`);
  await page.locator(`.cast button[value=${person}]`).click();
};
const say = async (page, words) => {
  await page.fill("#say", words);
  await page.press("#say", "Enter");
};
const card = (page) => page.locator(".messages [data-card]").last();
const saysSoon = async (locator, words, within = 10_000) =>
  locator.filter({ hasText: words }).first().waitFor({ timeout: within }).then(() => true, () => false);

/** Ask, approve as somebody else, look, end: the tour. */
const tour = async () => {
  const dev = await open();
  await dev.goto(`${base}/`);
  check("without a session, the demo says what it is", dev.url().endsWith("/demo") && (await text(dev)).includes("The tour"));
  await shoot(dev, "demo-start");
  await dev.getByRole("button", { name: /Start as Dev/ }).click();
  await dev.goto(`${base}/demo/grafana`);
  check("the protected page is closed", (await text(dev)).includes("This page is closed"));
  await shoot(dev, "grafana-closed");
  await dev.goto(`${base}/demo`);
  await say(dev, "/access grafan 10m looking at the dashboards");
  check("a slip of the fingers gets a private answer with the nearest name", (await text(dev)).includes("grafana"));
  await say(dev, "/access grafana 10m looking at the dashboards");
  check("the card appears", await saysSoon(card(dev), "grafana"));
  await shoot(dev, "demo-asked");
  await card(dev).getByRole("button", { name: "Approve" }).click();
  check("nobody approves their own request", /own request/i.test(await text(dev)), await text(dev));

  const lisa = await open();
  await be(lisa, "lisa");
  await lisa.fill("#say", "half a sentence");
  await lisa.goto(`${base}/`);
  check("it waits for lisa", (await text(lisa)).includes("looking at the dashboards"));
  await shoot(lisa, "home-to-vote");
  await lisa.goto(`${base}/demo`);
  await card(lisa).getByRole("button", { name: "Approve" }).click();
  check("the card says who approved", await saysSoon(card(lisa), /lisa@acme.com/));
  check("dev's card converges by itself", await saysSoon(card(dev), /approved by lisa@acme.com/));
  await shoot(dev, "demo-approved");

  await dev.goto(`${base}/demo/grafana`);
  check("the protected page is open", await saysSoon(dev.locator("main"), "Requests per second"));
  await shoot(dev, "grafana-open");
  await dev.getByRole("button", { name: "End access now" }).click();
  check("it closes when dev ends the access", await saysSoon(dev.locator("main"), "This page is closed"));

  await dev.goto(`${base}/demo`);
  await say(dev, "/access grafana 10m once more");
  await lisa.reload();
  await lisa.locator(".messages [data-card]", { hasText: "once more" }).getByRole("button", { name: "Approve" }).click();
  await dev.goto(`${base}/demo/grafana`);
  check("a second grant opens it again", await saysSoon(dev.locator("main"), "Requests per second"));
  await lisa.goto(`${base}/demo`);
  await lisa.getByRole("button", { name: "+31 min" }).click();
  check("it closes by itself when the time is over", await saysSoon(dev.locator("main"), "This page is closed", 15_000));
  return { dev, lisa };
};

/** Three steps, votes with notes and trims, every page. */
const chain = async ({ dev, lisa }) => {
  await dev.goto(`${base}/requests/new`);
  await dev.selectOption("select[name=resource]", "prod-db");
  await dev.fill("input[name=duration]", "4h");
  check("explain answers while one types", await saysSoon(dev.locator("#preview"), "sre-prod-db"));
  await dev.fill("textarea[name=reason]", "fixing the billing migration");
  await shoot(dev, "request-new");
  await dev.getByRole("button", { name: "Request access" }).click();
  await dev.waitForURL(/requests\/req-/);
  const address = dev.url();
  check("the chain is drawn", (await text(dev)).includes("3-step chain"));

  await lisa.goto(address);
  const note = lisa.locator("input[name=note]").first();
  await note.fill("go ahead, carefully");
  await note.focus();
  await dev.goto(`${base}/demo`);
  await say(dev, "/access grafana 20m another look");
  check("a page updates by itself", await saysSoon(lisa.locator(".tabs .count"), "2"));
  check("and keeps what was typed", (await note.inputValue()) === "go ahead, carefully");
  check("and the focus", (await lisa.evaluate(() => document.activeElement.name)) === "note");
  await card(dev).getByRole("button", { name: "Details" }).click();
  await dev.getByRole("button", { name: "Cancel request" }).click();
  await lisa.locator(".ballot").first().getByRole("button", { name: "Approve" }).click();
  check("the vote stands with its note", await saysSoon(lisa.locator("main"), "go ahead, carefully"));

  const manager = await open();
  await be(manager, "manager");
  await manager.goto(`${base}/`);
  await manager.getByText("Allow less").click();
  await manager.fill("input[name=duration]", "2h");
  await manager.locator(".ballot").first().getByRole("button", { name: "Approve" }).click();
  await manager.waitForLoadState();
  await dev.goto(address);
  check("an approver allows less", (await text(dev)).includes("trimmed to 2h by manager@acme.com"));
  await shoot(dev, "request-pending");
  await dev.goto(`${base}/demo`);
  await dev.locator(".messages [data-card]", { hasText: "billing migration" }).screenshot({ path: join(shots, "card.png") });
  await shoot(dev, "demo-chain");
  await manager.context().close();

  for (const who of ["sec1", "sec3"]) {
    const page = await open();
    await be(page, who);
    await page.goto(address);
    await page.locator(".ballot").first().getByRole("button", { name: "Approve" }).click();
    await page.waitForLoadState();
    if (who === "sec1") {
      check("an approver who has voted is told so", /already|voted|your approval/i.test(await text(page)), await text(page));
      await shoot(page, "request-voted");
    }
    await page.context().close();
  }
  await dev.goto(address);
  check("the grant is active", await saysSoon(dev.locator("main"), "Access is active", 15_000));
  await shoot(dev, "request-active", true);
  return address;
};

const pages = async ({ dev, lisa }, address) => {
  const sec = await open();
  await be(sec, "manager");
  await sec.goto(`${base}/audit`);
  check("the trail is verified by the server", /checkpoints? fit/.test(await text(sec)), (await text(sec)).slice(0, 300));
  await shoot(sec, "audit");
  await sec.goto(`${base}/requests`);
  await shoot(sec, "requests");
  await sec.goto(`${base}/policy`);
  await shoot(sec, "policy", true);
  await dev.goto(`${base}/account`);
  await dev.fill("input[name=label]", "laptop");
  await dev.getByRole("button", { name: "Make a token" }).click();
  check("a token is shown once", /csn_/.test(await text(dev)));
  await shoot(dev, "account");
  await dev.goto(`${base}/account`);
  check("and not again", !/csn_/.test(await text(dev)));
  await dev.goto(`${base}/requests/req-none`);
  check("what one may not see is not there", (await text(dev)).includes("Not found"));
  await shoot(dev, "not-found");
  await dev.goto(`${base}/`);
  await shoot(dev, "home");
  await dev.keyboard.press("Tab");
  check("the first Tab offers to skip", (await dev.evaluate(() => document.activeElement.className)) === "skip");
  await lisa.goto(address);
  await lisa.goto(`${base}/requests`);
  await lisa.goBack();
  check("back shows the request", (await text(lisa)).includes("prod-db"));
};

/** Phones, darkness, no script. */
const looks = async (address) => {
  const looks = [["phone", { viewport: phone, isMobile: true, hasTouch: true }], ["dark", { colorScheme: "dark" }],
    ["narrow", { viewport: { width: 360, height: 740 } }]];
  for (const [name, options] of looks) {
    const page = await open(options);
    await be(page, "dev");
    for (const [what, path] of [["demo", "/demo"], ["home", "/"], ["request", address], ["new", "/requests/new"], ["requests", "/requests"]]) {
      await page.goto(path.startsWith("http") ? path : base + path);
      const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      check(`${what} fits (${name})`, over <= 0, `${over} px too wide`);
      await shoot(page, `${name}-${what}`, name === "phone" && what !== "demo");
    }
    await page.context().close();
  }
  const plain = await open({ javaScriptEnabled: false });
  await be(plain, "dev");
  await plain.goto(`${base}/requests/new`);
  await plain.selectOption("select[name=resource]", "grafana");
  await plain.fill("input[name=duration]", "1h");
  await plain.getByRole("button", { name: "Preview" }).click();
  check("without script, Preview previews", /refused|takes it/.test(await text(plain)), await text(plain));
  await shoot(plain, "no-script");
};

/** THREATS E02: nothing that people write comes alive. */
const hostile = async () => {
  const page = await open();
  await be(page, "dev");
  const words = `"><img src=x onerror=alert(1)><script>alert(2)</script><svg/onload=alert(3)>{{7*7}}'--` + "\u202e\u200b";
  await say(page, `/access grafana 10m ${words}`);
  await say(page, words);
  await page.goto(`${base}/requests?q=${encodeURIComponent(words)}`);
  await page.goto(`${base}/requests`);
  await page.goto(`${base}/`);
  await page.waitForTimeout(500);
  const alive = await page.evaluate(() => document.querySelectorAll("main img, main script, main [onload], main [onerror]").length);
  check("hostile words stay words", alive === 0);
};

try {
  const people = await tour();
  const address = await chain(people);
  await pages(people, address);
  await looks(address);
  await hostile();
  check("no errors in any console", troubles.length === 0, troubles.slice(0, 5).join(" | "));
} catch (error) {
  check("ran to the end", false, error.message);
}
await browser.close();
console.log(failed ? `${failed} of ${step} checks failed` : `all ${step} checks passed`);
process.exit(failed ? 1 : 0);
