import assert from "node:assert/strict";
import { test } from "node:test";
import { call, deploy, faults, open, proxy, url } from "./browser.mjs";

const PAGES = ["", "new", "calls", "dead", "bus", "keys", "audit"];
const PARTS = ["", "/call", "/code", "/versions", "/calls", "/logs"];
const MARKUP = `<img src=x onerror="document.title='run'"><script>document.title='run'</script>`;
const PHONE = { width: 375, height: 700 };
const MOST_BYTES = 300 * 1024;
const LONGEST_START_MS = 1_000;
const TRIES = 5;

test("markup in results, errors and logs is text", async (t) => {
  await deploy("markup", `def callme(fail: bool = False):\n    text = ${JSON.stringify(MARKUP)}\n    print(text)\n    if fail:\n        raise RuntimeError(text)\n    return text\n`);
  const page = await open(t, "f/markup/call");
  await page.getByRole("button", { name: "Call", exact: true }).click();
  await page.getByRole("heading", { name: "Result" }).waitFor();
  await page.getByRole("combobox").selectOption("true");
  await page.getByRole("button", { name: "Call", exact: true }).click();
  await page.getByText(`RuntimeError: ${MARKUP}`).first().waitFor();
  await page.goto(`${url}/console#/f/markup/logs`);
  await page.getByRole("log").getByText(MARKUP).first().waitFor();
  assert.equal(await page.locator("main img, main script").count(), 0);
  assert.notEqual(await page.title(), "run");
});

test("the policy of the page refuses scripts that are not its own", async (t) => {
  const policy = (await fetch(`${url}/console`)).headers.get("Content-Security-Policy");
  assert.match(policy, /default-src 'none'; script-src 'self' 'sha256-[^']+'; style-src 'self';/);
  const page = await open(t, "", { violates: true });
  const refused = await page.evaluate(() => new Promise((done) => {
    document.addEventListener("securitypolicyviolation", (e) => { e.stopImmediatePropagation(); done(e.effectiveDirective); }, { once: true });
    document.body.append(Object.assign(document.createElement("script"), { textContent: "document.title = 'run'" }));
  })).catch((error) => error.message);
  assert.equal(refused, "script-src-elem");
  assert.notEqual(await page.title(), "run");
});

test("a result of 1 MiB does not freeze the page", async (t) => {
  await deploy("large", "def callme():\n    return 'x' * 1_000_000\n");
  const page = await open(t, "f/large/call");
  await page.getByRole("button", { name: "Call", exact: true }).click();
  await page.getByRole("button", { name: "Show all" }).waitFor();
  await page.getByRole("button", { name: "Show all" }).click();
  await page.getByRole("link", { name: "Overview" }).click({ timeout: 5_000 });
  await page.getByRole("heading", { name: "Instances" }).waitFor({ timeout: 5_000 });
});

test("a log of 100,000 lines does not freeze the page, which keeps the newest", async (t) => {
  await deploy("chatty", "def callme(n: int = 100_000):\n    for i in range(n):\n        print(i)\n");
  const page = await open(t, "f/chatty/logs");
  await page.getByRole("log").waitFor();
  await call("chatty", {});
  await page.getByText("The newest 2000 lines are shown.").waitFor();
  assert.ok((await page.locator(".log > div").count()) <= 2_000);
  await page.getByRole("button", { name: "Pause" }).click({ timeout: 5_000 });
  await page.getByRole("button", { name: "Go on" }).waitFor({ timeout: 5_000 });
});

for (const colorScheme of ["light", "dark"]) {
  test(`axe finds no serious fault, ${colorScheme}`, async (t) => {
    await deploy("checked", "def callme(a: int = 1):\n    return a\n");
    await call("checked", {});
    for (const path of [...PAGES, ...PARTS.map((part) => `f/checked${part}`)]) {
      const page = await open(t, path, { colorScheme });
      await page.locator("main h1").first().waitFor();
      await page.locator("[aria-busy]").first().waitFor({ state: "detached" });
      assert.deepEqual(await faults(page), [], path);
    }
  });
}

test("pages fit the width of a phone", async (t) => {
  await deploy("narrow", "def callme(a: int = 1):\n    print('x' * 300)\n    return a\n");
  await call("narrow", {});
  for (const path of [...PAGES, ...PARTS.map((part) => `f/narrow${part}`)]) {
    const page = await open(t, path, { viewport: PHONE });
    await page.locator("main h1").first().waitFor();
    await page.locator("[aria-busy]").first().waitFor({ state: "detached" });
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(width <= PHONE.width, `${path || "functions"} is ${width} px wide`);
  }
});

test("the first page is light, and is of use within a second", async (t) => {
  const page = await open(t, "none");
  await page.getByRole("heading", { name: "Not found" }).waitFor();
  const client = await page.context().newCDPSession(page);
  let bytes = 0;
  client.on("Network.loadingFinished", (event) => { bytes += event.encodedDataLength; });
  await client.send("Network.enable");
  await client.send("Network.setCacheDisabled", { cacheDisabled: true });
  // The machine may be busy with other tests: the best of several times counts.
  const times = [];
  while (times.length < TRIES && !(Math.min(...times) < LONGEST_START_MS)) {
    bytes = 0;
    const started = Date.now();
    await page.goto("about:blank");
    await page.goto(`${url}/console`);
    await page.getByRole("searchbox").fill("a");
    times.push(Date.now() - started);
    assert.ok(bytes > 0 && bytes <= MOST_BYTES, `${bytes} bytes`);
  }
  t.diagnostic(`first page: ${bytes} bytes, of use after ${times.join(", ")} ms`);
  assert.ok(Math.min(...times) < LONGEST_START_MS, `of use after ${times.join(", ")} ms`);
});

test("the page says that the gateway is away, and goes on when it is back", async (t) => {
  const front = await proxy(new URL(url).port);
  t.after(() => front.close());
  await deploy("before", "def callme():\n    return 1\n");
  const page = await open(t, "", { base: front.url });
  await page.getByRole("link", { name: "before" }).waitFor();
  await front.close();
  await page.getByText("The gateway does not answer.").first().waitFor();
  await deploy("meanwhile", "def callme():\n    return 1\n");
  await front.listen();
  await page.getByRole("link", { name: "meanwhile" }).waitFor();
  await page.getByText("The gateway does not answer.").first().waitFor({ state: "detached" });
});

test("a clock that is off is shown", async (t) => {
  const page = await open(t, "new");
  await page.clock.setFixedTime(Date.now() + 3_600_000);
  await page.reload();
  await page.getByText(/The clock of this computer is 3[56]\d\d s\s+ahead of the gateway's/).waitFor();
});

test("a question is answered by the keyboard, and Escape leaves everything as it is", async (t) => {
  await deploy("staying", "def callme():\n    return 1\n");
  const page = await open(t, "f/staying");
  const remove = page.getByRole("button", { name: "Remove" });
  await remove.focus();
  await page.keyboard.press("Enter");
  await page.locator("button:focus", { hasText: "Cancel" }).waitFor();
  await page.keyboard.press("Escape");
  await page.locator("button:focus", { hasText: "Remove" }).waitFor();
  assert.equal(await page.locator(".confirm").count(), 0);
  await remove.click();
  await page.locator(".confirm").getByRole("button", { name: "Remove" }).click();
  await page.getByText("staying is removed.").waitFor();
});

test("an address that is not properly encoded has an error that says so", async (t) => {
  const page = await open(t, "f/100%");
  await page.getByRole("alert").waitFor();
});

test("the page of the API makes a request", async (t) => {
  const page = await open(t, "new");
  await page.goto(`${url}/docs`);
  await page.getByRole("button", { name: /GET\s*\/api\/languages/ }).first().click();
  await page.getByRole("button", { name: "Try it out" }).click();
  await page.getByRole("button", { name: "Execute" }).click();
  await page.locator(".live-responses-table").getByText('"python"').waitFor();
});

test("a function that does not exist has an error that says so", async (t) => {
  const page = await open(t, "f/nobody-knows-it");
  await page.getByRole("alert").getByText("not-found (404)").waitFor();
});
