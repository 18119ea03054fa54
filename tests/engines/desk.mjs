// A moderator at the keyboard, in Debian's Chromium without scripts, for tests/test_service_browser.py.
// stdin:  {"chromium", "profile", "staff", "name", "secret", "cases", "looks": [{"url", "width", "height", "shot"}]}
// stdout: {"decided": [...], "stops": n, "axe": [...], "overflow": [...], "console": [...]}
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import puppeteer from "puppeteer-core";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const job = JSON.parse(readFileSync(0, "utf8"));
const browser = await puppeteer.launch({
  executablePath: job.chromium,
  userDataDir: job.profile,
  args: ["--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--disable-background-networking",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"],
});
try {
  const page = await browser.newPage();
  const report = { decided: [], axe: [], overflow: [], console: [] };
  page.on("console", (message) => report.console.push(message.text()));
  await page.setJavaScriptEnabled(false);
  await page.goto(`${job.staff}/login`);
  await page.keyboard.type(job.name); // the field has the focus
  await page.keyboard.press("Tab");
  await page.keyboard.type(job.secret);
  await go(page, () => page.keyboard.press("Enter"));
  for (let number = 0; number < job.cases; number++) {
    await tabTo(page, "a[href^='/cases/']");
    await go(page, () => page.keyboard.press("Enter"));
    const address = await page.$eval("h1", (one) => one.textContent);
    await page.focus("body");
    await tabTo(page, "#reason");
    await page.keyboard.type(`looked at ${number}`);
    await page.keyboard.press("Enter"); // decides nothing: no accusation by accident
    const word = number % 2 ? "clear" : "confirm";
    if (word === "confirm") {
      await tabTo(page, "#category");
      await page.keyboard.type("tobacco");
    }
    await tabTo(page, `button[value=${word}]`);
    await go(page, () => page.keyboard.press("Enter"));
    report.decided.push(`${word} ${address}`);
  }
  await page.setJavaScriptEnabled(true); // axe is a script; the pages have none
  for (const look of job.looks) {
    await page.setViewport({ width: look.width, height: look.height ?? 900 });
    await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: look.dark ? "dark" : "light" }]);
    await page.goto(look.url);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    if (wide > 0) report.overflow.push(`${look.url} at ${look.width}: ${wide}`);
    await page.evaluate(AXE);
    const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
    for (const one of found.violations) {
      for (const node of one.nodes) report.axe.push(`${look.url} ${one.id}: ${node.html.slice(0, 200)} ${node.failureSummary.slice(0, 300)}`);
    }
    if (look.shot) await page.screenshot({ path: look.shot, fullPage: look.full ?? true });
  }
  process.stdout.write(JSON.stringify(report));
} finally {
  await browser.close();
}

async function go(page, act) {
  await Promise.all([page.waitForNavigation(), act()]);
}

async function tabTo(page, selector) {
  for (let stop = 0; stop < 200; stop++) {
    const here = await page.evaluate((wanted) => document.activeElement?.matches(wanted) ?? false, selector);
    if (here) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`no stop of the keyboard is ${selector} on ${page.url()}`);
}
