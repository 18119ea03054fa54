// Lets AdGuard's own updater bring a list up to date: {url, text, now} in, the list's new text out.
import { readFileSync } from "node:fs";
import { DiffUpdater } from "@adguard/diff-builder/diff-updater/es";

const { url, text, now } = JSON.parse(readFileSync(0, "utf8"));
Date.now = () => now; // milliseconds: whether it is time to ask is a matter of the test
const found = await DiffUpdater.applyPatch({ filterUrl: url, filterContent: text });
process.stdout.write(found);
