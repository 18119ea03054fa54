// Looks a link up in the published list without telling anybody which: the list lies here in 4,096 parts, and
// only the part of the link's site is loaded. No request is made to the link. See "prefixes" in the manual.
"use strict";
(() => {
  const primes = [];
  for (let number = 2; primes.length < 64; number++) {
    if (primes.every((prime) => number % prime)) primes.push(number);
  }
  const START = primes.slice(0, 8).map((prime) => fraction(Math.sqrt(prime)));
  const ROUND = primes.map((prime) => fraction(Math.cbrt(prime)));

  function fraction(number) {
    return ((number - Math.floor(number)) * 2 ** 32) | 0;
  }

  // SHA-256 of ASCII text, in hex (FIPS 180-4): the browser's own is not there on plain http.
  function sha256(text) {
    const bytes = [...text].map((char) => char.charCodeAt(0));
    const bits = bytes.length * 8;
    bytes.push(0x80);
    while (bytes.length % 64 !== 56) bytes.push(0);
    for (let shift = 56; shift >= 0; shift -= 8) bytes.push(Math.floor(bits / 2 ** shift) & 0xff);
    const turn = (word, by) => (word >>> by) | (word << (32 - by));
    const hash = [...START];
    for (let block = 0; block < bytes.length; block += 64) {
      const word = [];
      for (let at = 0; at < 64; at++) {
        if (at < 16) {
          const four = block + at * 4;
          word[at] = (bytes[four] << 24) | (bytes[four + 1] << 16) | (bytes[four + 2] << 8) | bytes[four + 3];
        } else {
          const low = turn(word[at - 15], 7) ^ turn(word[at - 15], 18) ^ (word[at - 15] >>> 3);
          const high = turn(word[at - 2], 17) ^ turn(word[at - 2], 19) ^ (word[at - 2] >>> 10);
          word[at] = (word[at - 16] + low + word[at - 7] + high) | 0;
        }
      }
      let [a, b, c, d, e, f, g, h] = hash;
      for (let at = 0; at < 64; at++) {
        const one = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + ROUND[at] + word[at]) | 0;
        const two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
        [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) | 0, c, b, a, (one + two) | 0];
      }
      [a, b, c, d, e, f, g, h].forEach((value, at) => (hash[at] = (hash[at] + value) | 0));
    }
    return hash.map((value) => (value >>> 0).toString(16).padStart(8, "0")).join("");
  }

  // Host and list key of a URL: the Safe Browsing canonical form, as blocklist/urls/list_keys.py makes it.
  function placeOf(text) {
    const url = new URL(text);
    if (!["http:", "https:"].includes(url.protocol) || url.username || url.password) throw new TypeError("refused");
    const host = hostOf(url.hostname);
    let rest = url.pathname + url.search;
    if (rest.includes("%") || rest.includes("//")) rest = unescaped(rest);
    return { host, key: host + rest };
  }

  function hostOf(name) {
    if (name.startsWith("[")) return addressOf(name);
    const host = name.split(".").filter(Boolean).join(".");
    if (!host || host.includes("%")) throw new TypeError("refused"); // some browsers let a space through
    return host;
  }

  // IPv4 inside IPv6 (mapped, NAT64) is the address that it reaches.
  function addressOf(name) {
    const [left, right] = name.slice(1, -1).split("::");
    const groups = (part) => (part ? part.split(":").map((group) => parseInt(group, 16)) : []);
    const tail = right === undefined ? [] : groups(right);
    const head = groups(left);
    const all = [...head, ...Array(8 - head.length - tail.length).fill(0), ...tail];
    const start = all.slice(0, 6).join(":");
    if (start !== "0:0:0:0:0:65535" && start !== "100:65435:0:0:0:0") return name;
    return [all[6] >> 8, all[6] & 255, all[7] >> 8, all[7] & 255].join(".");
  }

  function unescaped(raw) {
    for (let before; before !== raw; ) {
      before = raw;
      raw = raw.replace(/%([0-9a-f]{2})/gi, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
    }
    const mark = raw.indexOf("?");
    const path = mark < 0 ? raw : raw.slice(0, mark);
    const query = mark < 0 ? "" : raw.slice(mark + 1);
    return escaped(dotless(path).replace(/\/\/+/g, "/")).replaceAll("\\", "%5C") + (mark < 0 ? "" : `?${escaped(query)}`);
  }

  function dotless(path) {
    if (!path.includes("/.")) return path;
    const kept = [];
    const segments = path.split("/").slice(1);
    for (const segment of segments) {
      if (segment === "..") kept.pop();
      else if (segment !== ".") kept.push(segment);
    }
    if ([".", ".."].includes(segments.at(-1))) kept.push("");
    return `/${kept.join("/")}`;
  }

  function escaped(text) {
    return text.replace(/[\x00-\x20\x7f-\xff#%]/g, (char) => {
      return `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;
    });
  }

  // Every scope and expression that would cover the key, narrowest first: blocklist/scopes.py, `parents`.
  function parents(host, key) {
    const directories = key.slice(host.length + 1).split("?")[0].split("/").slice(0, -1);
    const found = [["url", key]];
    for (let depth = directories.length; depth >= 0; depth--) {
      found.push(["path", `${[host, ...directories.slice(0, depth)].join("/")}/`]);
    }
    found.push(["host", `${host}/`]);
    const labels = host.split(".");
    labels.forEach((_, at) => found.push(["domain", `${labels.slice(at).join(".")}/`]));
    found.push(["alias", key]);
    return found;
  }

  // The name by which a shard is chosen: blocklist/formats/prefixes.py, `site_of`.
  function siteOf(host, deeper) {
    if (host.startsWith("[") || /^\d{1,3}(\.\d{1,3}){3}$/.test(host)) return host;
    const labels = host.split(".");
    let taken = Math.min(2, labels.length);
    const site = () => labels.slice(-taken).join(".");
    while (taken < labels.length && deeper.includes(site())) taken++;
    return site();
  }

  function covering(text, shard) {
    const { host, key } = placeOf(text);
    return parents(host, key).flatMap(([kind, expression]) =>
      (shard[sha256(expression)] ?? []).filter((claim) => claim[0] === kind),
    );
  }

  // "hxxp://shop[.]example" is how the list itself writes addresses.
  function meant(text) {
    const plain = text.trim().replace(/^hxxp/i, "http").replaceAll("[.]", ".");
    return /^[a-z][a-z0-9+.-]*:\/\//i.test(plain) ? plain : `http://${plain}`;
  }

  const form = globalThis.document?.getElementById("ask");
  const waiting = new Map();
  let sites = null;
  globalThis.linkgazette = {
    sites: (told) => {
      sites = told;
      if (form) form.hidden = false;
    },
    shard: (name, told) => waiting.get(name)?.(told),
    covering,
    placeOf,
    sha256,
    shardOf: (text, deeper) => sha256(siteOf(placeOf(text).host, deeper)).slice(0, 3),
  };
  if (!form) return;

  const answer = document.getElementById("answer");
  const said = form.dataset;

  function has(name) {
    const at = parseInt(name, 16);
    return (parseInt(sites.shards[at >> 2], 16) >> (3 - (at & 3))) & 1;
  }

  function load(name) {
    if (!has(name)) return Promise.resolve({});
    return new Promise((resolve, reject) => {
      waiting.set(name, resolve);
      const script = document.createElement("script");
      script.src = `${said.top}lookup/shards/${name}.js`;
      script.onerror = reject;
      document.head.append(script);
    });
  }

  function show(kind, text, claim) {
    answer.className = `answer ${kind}`;
    answer.textContent = text;
    if (!claim) return;
    const entry = document.createElement("a");
    entry.href = `${said.home}entries/${encodeURIComponent(claim[1])}/index.html`;
    entry.textContent = claim[1];
    answer.append(" ", entry);
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const text = meant(form.elements.link.value);
    let name;
    try {
      name = linkgazette.shardOf(text, sites.deeper);
    } catch {
      return show("unknown", said.noUrl);
    }
    try {
      const claims = covering(text, await load(name));
      const fresh = claims.find((claim) => new Date(claim[2]) > new Date());
      if (fresh) show("listed", `${said.listed} ${said[fresh[0]]}`, fresh);
      else show("clear", claims.length ? said.expired : said.notListed, claims[0]);
    } catch {
      show("unknown", said.failed);
    }
  });
})();
