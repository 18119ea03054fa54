// Asks one engine which addresses it blocks as pages: {engine, text, urls} in, a list of true and false out.
import { readFileSync } from "node:fs";

const { engine, text, urls } = JSON.parse(readFileSync(0, "utf8"));

const engines = {
  async ubo() {
    const { StaticNetFilteringEngine } = await import("@gorhill/ubo-core");
    const running = await StaticNetFilteringEngine.create();
    await running.useLists([{ name: "list", raw: text }]);
    return (url) => running.matchRequest({ originURL: url, url, type: "main_frame" }) === 1;
  },
  async ghostery() {
    const { FiltersEngine, Request } = await import("@ghostery/adblocker");
    const running = FiltersEngine.parse(text);
    return (url) => running.match(Request.fromRawDetails({ url, sourceUrl: url, type: "main_frame" })).match;
  },
  async adguard() {
    const { Engine, Request, RequestType } = await import("@adguard/tsurlfilter");
    const running = Engine.createSync({ filters: [{ id: 1, content: text }] });
    return (url) => {
      const rule = running.matchRequest(new Request(url, url, RequestType.Document)).getBasicResult();
      return rule !== null && !rule.isAllowlist();
    };
  },
  async "adguard-dns"() {
    const { DnsEngine, RuleStorage, StringRuleList } = await import("@adguard/tsurlfilter");
    const running = new DnsEngine(new RuleStorage([new StringRuleList(1, text, false, false)]));
    return (url) => {
      const found = running.match(new URL(url).hostname);
      return found.basicRule !== null || found.hostRules.length > 0;
    };
  },
};

const isBlocked = await engines[engine]();
const log = console.log;
console.log = console.error; // engines that chatter must not be heard on stdout
log(JSON.stringify(urls.map((url) => Boolean(isBlocked(url)))));
