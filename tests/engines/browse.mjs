// Opens pages in Debian's Chromium and tells what it saw, for tests/site_browser.py.
// stdin:  {"chromium", "profile", "visits": [{"url", "width", "height", "dark", "axe", "shot", "keys", "type", "see"}]}
// stdout: one JSON list, a report for each visit: what was requested, refused, written to the console, tabbed to.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import puppeteer from "puppeteer-core";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const TABS = 400; // more than any page has stops

const job = JSON.parse(readFileSync(0, "utf8"));
const browser = await puppeteer.launch({
  executablePath: job.chromium,
  userDataDir: job.profile,
  args: ["--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--disable-background-networking",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"],
});
try {
  const reports = [];
  const page = await browser.newPage();
  let report = null;
  page.on("request", (request) => report?.requests.push(request.url()));
  page.on("console", (message) => report?.console.push(message.text()));
  page.on("pageerror", (error) => report?.console.push(String(error)));
  page.on("dialog", (dialog) => { report?.dialogs.push(dialog.message()); dialog.dismiss(); });
  page.on("framenavigated", (frame) => report?.frames.push(frame.url()));
  await page.exposeFunction("refused", (what) => report?.refused.push(what));
  await page.evaluateOnNewDocument(() => {
    document.addEventListener("securitypolicyviolation", (event) => {
      window.refused(`${event.effectiveDirective} ${event.blockedURI}`);
    });
  });
  for (const visit of job.visits) {
    report = { url: visit.url, requests: [], console: [], dialogs: [], frames: [], refused: [] };
    await page.setViewport({ width: visit.width ?? 1280, height: visit.height ?? 900 });
    await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: visit.dark ? "dark" : "light" }]);
    if (visit.media) await page.emulateMediaType(visit.media); // either call undoes the other
    await page.setJavaScriptEnabled(visit.scripts ?? true);
    const answer = await page.goto(visit.url, { waitUntil: "load" });
    report.status = answer?.status() ?? 0;
    report.overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    if (visit.type) {
      await page.focus(visit.type.into);
      await page.keyboard.type(visit.type.text);
      await page.keyboard.press("Enter");
      await page.waitForFunction((where) => document.querySelector(where).textContent, {}, visit.type.answer);
      report.answer = await page.$eval(visit.type.answer, (element) => element.textContent);
    }
    if (visit.see) {
      report.seen = {};
      for (const where of visit.see) report.seen[where] = await page.$eval(where, (one) => one.checkVisibility());
    }
    if (visit.keys) Object.assign(report, await walk(page));
    if (visit.axe) report.axe = await axe(page);
    if (visit.shot) await page.screenshot({ path: visit.shot, fullPage: visit.full ?? true });
    reports.push(report);
  }
  process.stdout.write(JSON.stringify(reports));
} finally {
  await browser.close();
}

async function axe(page) {
  await page.evaluate(AXE);
  const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  return found.violations.flatMap((one) =>
    one.nodes.map((node) => `${one.id}: ${node.html.slice(0, 200)} ${node.failureSummary.slice(0, 300)}`));
}

// Tabs from the top until the focus comes round; says each stop, and what should have been one.
async function walk(page) {
  const wanted = await page.evaluate(() => {
    const stops = "a[href], button, input, select, textarea, summary, [tabindex='0']";
    const seen = [...document.querySelectorAll(stops)].filter((one) => one.checkVisibility());
    seen.forEach((one, at) => (one.dataset.stop = at));
    return seen.length;
  });
  const stops = [];
  while (stops.length < TABS) {
    await page.keyboard.press("Tab");
    const stop = await page.evaluate(() => {
      const here = document.activeElement;
      if (!here || here === document.body) return null;
      const box = here.getBoundingClientRect();
      const style = getComputedStyle(here);
      return {
        at: Number(here.dataset.stop),
        shown: box.width > 1 && box.height > 1 && box.left >= 0 && box.bottom > 0 && box.top < innerHeight,
        ringed: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
        name: (here.textContent || here.getAttribute("aria-label") || here.id).trim().slice(0, 60),
        tag: here.localName,
      };
    });
    if (stop === null || (stops.length && stop.at === stops[0].at)) break;
    stops.push(stop);
  }
  return { wanted, stops };
}
