// A moderator at the keyboard, in Debian's Chromium without scripts, for tests/test_service_browser.py.
// stdin:  {"chromium", "profile", "staff", "name", "secret", "cases",
//          "looks": [{"as": "name" or "", "url", "width", "height", "dark", "shot", "press"}], "people": {name: secret}}
// stdout: {"decided": [...], "keys": [...], "axe": [...], "overflow": [...], "console": [...]}
// `keys` counts what is pressed for each case but for the letters of the reason.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import puppeteer from "puppeteer-core";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const job = JSON.parse(readFileSync(0, "utf8"));
const browser = await puppeteer.launch({
  executablePath: job.chromium,
  userDataDir: job.profile,
  args: ["--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--disable-background-networking", "--lang=en",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"],
});
const report = { decided: [], keys: [], axe: [], overflow: [], console: [] };
try {
  const desk = await logIn(job.name);
  await review(desk);
  const pages = { "": await open(await browser.createBrowserContext()), [job.name]: desk };
  for (const look of job.looks) {
    pages[look.as] ??= await logIn(look.as);
    await lookAt(pages[look.as], look);
  }
  process.stdout.write(JSON.stringify(report));
} finally {
  await browser.close();
}

async function open(context) {
  const page = await context.newPage();
  page.on("console", (message) => report.console.push(message.text()));
  return page;
}

async function logIn(name) {
  const page = await open(await browser.createBrowserContext());
  await page.setJavaScriptEnabled(false);
  await page.bringToFront();
  await page.goto(`${job.staff}/login`);
  await page.waitForSelector("input:focus"); // of itself, though not at once
  await page.keyboard.type(name);
  await page.keyboard.press("Tab");
  await page.keyboard.type(job.people[name]);
  await go(page, () => page.keyboard.press("Enter"));
  if (page.url().endsWith("/login")) throw new Error(`${name} is not let in`);
  return page;
}

/** Take the first case, then decide what follows: each decision leads to the next case. */
async function review(page) {
  let pressed = await tabTo(page, "#next");
  await go(page, () => page.keyboard.press("Enter"));
  for (let number = 0; number < job.cases; number++) {
    const address = await page.$eval("h1", (one) => one.textContent);
    const focused = await page.evaluate(() => document.activeElement?.id);
    if (focused !== "reason") throw new Error(`the reason has not the focus on ${page.url()}, ${focused} has`);
    const word = number % 2 ? "clear" : "confirm";
    pressed = 0;
    if (word === "confirm") {
      pressed += await back(page, "#category");
      await page.keyboard.type("tob"); // as a select is chosen from
      pressed += 3;
      pressed += await tabTo(page, "#reason");
    }
    await page.keyboard.type(`looked at ${number}`);
    await page.keyboard.press("Enter"); // decides nothing: no accusation by accident
    if ((await page.$eval("h1", (one) => one.textContent)) !== address) throw new Error("Enter decided");
    pressed += await tabTo(page, `button[value=${word}]`);
    await go(page, () => page.keyboard.press("Enter"));
    report.keys.push(pressed + 1);
    report.decided.push(`${word} ${address}`);
  }
}

async function lookAt(page, look) {
  await page.setJavaScriptEnabled(true); // axe is a script; the pages have none
  await page.setViewport({ width: look.width, height: look.height ?? 900 });
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: look.dark ? "dark" : "light" }]);
  const answer = await page.goto(look.url);
  if (!page.url().startsWith(look.url)) report.console.push(`${look.url} led to ${page.url()}`);
  if (answer.status() >= 400) report.console.push(`${look.url}: ${answer.status()}`);
  if (look.press) {
    await page.type("#factor-secret", job.people[look.as]);
    await go(page, () => page.click(look.press));
  }
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  if (wide > 0) report.overflow.push(`${look.url} at ${look.width}: ${wide}`);
  await page.evaluate(AXE);
  const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  for (const one of found.violations) {
    for (const node of one.nodes) report.axe.push(`${look.url} ${one.id}: ${node.html.slice(0, 200)} ${node.failureSummary.slice(0, 300)}`);
  }
  if (look.shot) await page.screenshot({ path: look.shot, fullPage: look.full ?? true });
}

async function go(page, act) {
  await Promise.all([page.waitForNavigation(), act()]);
}

/** Press Tab until `selector` has the focus; return how often. */
async function tabTo(page, selector) {
  return stepTo(page, selector, () => page.keyboard.press("Tab"));
}

async function back(page, selector) {
  return stepTo(page, selector, async () => {
    await page.keyboard.down("Shift");
    await page.keyboard.press("Tab");
    await page.keyboard.up("Shift");
  });
}

async function stepTo(page, selector, step) {
  for (let stop = 0; stop < 200; stop++) {
    const here = await page.evaluate((wanted) => document.activeElement?.matches(wanted) ?? false, selector);
    if (here) return stop;
    await step();
  }
  throw new Error(`no stop of the keyboard is ${selector} on ${page.url()}`);
}
