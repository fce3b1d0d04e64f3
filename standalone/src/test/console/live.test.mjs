import assert from "node:assert/strict";
import { test } from "node:test";
import { api, call, deploy, open, proxy, until, url } from "./browser.mjs";

test("eleven windows that follow everything leave connections for requests", async (t) => {
  await deploy("crowded", "def callme(n: int = 1):\n    print('line', n)\n    return n + 1\n");
  await call("crowded", { n: 0 });
  const page = await open(t, "f/crowded/call");
  const other = async (path) => {
    const window = await page.context().newPage();
    await window.goto(`${url}/console#/${path}`);
    return window;
  };
  const [list, overview, audit, bus, dead] = [await other(""), await other("f/crowded"), await other("audit"), await other("bus"), await other("dead")];
  await other("keys");
  const logs = [await other("f/crowded/logs"), await other("f/crowded/logs"), await other("f/crowded/logs")];
  for (const log of logs) {
    await log.getByRole("log").waitFor();
  }
  const waiting = await other("f/crowded/logs");
  await waiting.getByText("Three other windows follow logs").waitFor();

  await page.getByRole("textbox", { name: /^n( |$)/ }).fill("41");
  await page.getByRole("button", { name: "Call", exact: true }).click({ timeout: 5_000 });
  await page.getByText('"result": 42').waitFor({ timeout: 5_000 });
  for (const log of logs) {
    await log.getByRole("log").getByText("line 41").first().waitFor();
  }
  await overview.getByText(/Means of \d+ calls/).waitFor();
  await deploy("newcomer", "def callme():\n    return 1\n");
  await list.getByRole("link", { name: "newcomer" }).waitFor();
  await audit.getByText("newcomer").first().waitFor();
  await bus.getByText("fob.async").waitFor();
  await dead.getByRole("heading", { name: "Dead letters" }).waitFor();

  await logs[0].close();
  await waiting.getByRole("log").getByText("line 41").first().waitFor();
});

test("all windows share one stream, which ends when nobody sees them", async (t) => {
  const front = await proxy(new URL(url).port);
  t.after(() => front.close());
  const page = await open(t, "", { base: front.url });
  await page.getByRole("heading", { name: "Functions" }).waitFor();
  const other = await page.context().newPage();
  await other.goto(`${front.url}/console#/bus`);
  await other.getByText("fob.async").waitFor();
  await until("one stream", () => front.streams() === 1);

  await show(page, false);
  await show(other, false);
  await until("no stream", () => front.streams() === 0);
  await deploy("unseen", "def callme():\n    return 1\n");
  await show(page, true);
  await page.getByRole("link", { name: "unseen" }).waitFor();
  await until("one stream again", () => front.streams() === 1);
});

test("a browser without shared workers follows all the same", async (t) => {
  const page = await open(t, "new");
  await page.addInitScript(() => { delete globalThis.SharedWorker; });
  await page.goto(`${url}/console?#/bus`);
  await page.locator("tr", { hasText: "fob.async" }).waitFor();
});

test("a window goes on alone if the shared worker does not start", async (t) => {
  const page = await open(t, "new");
  await page.addInitScript(() => { globalThis.SharedWorker = class { port = new MessageChannel().port1; }; });
  await page.goto(`${url}/console?#/bus`);
  await page.locator("tr", { hasText: "fob.async" }).waitFor();
});

test("what waits on the bus is seen as it comes and goes", async (t) => {
  await deploy("lasting", "import time\ndef callme():\n    time.sleep(8)\n");
  const page = await open(t, "bus");
  const row = page.locator("tr", { hasText: "fob.async" });
  await row.waitFor();
  await call("lasting", {}, { Prefer: "respond-async" });
  await until("one waits", async () => (await row.locator('[data-label="Waiting"]').textContent()) === "1");
  await until("none waits", async () => (await row.locator('[data-label="Waiting"]').textContent()) === "0");
});

test("a dead letter appears by itself, and does not move away what somebody reads", async (t) => {
  await deploy("dying", "def callme(n: int):\n    raise RuntimeError(f'death {n}')\n", "&retries=0");
  const page = await open(t, "dead");
  await page.getByRole("heading", { name: "Dead letters" }).waitFor();
  await call("dying", { n: 1 }, { Prefer: "respond-async" });
  const first = page.locator("tr", { hasText: "death 1" });
  await first.getByRole("button", { name: "Details" }).click();
  await call("dying", { n: 2 }, { Prefer: "respond-async" });
  const news = page.getByRole("button", { name: "Letters have come or gone" });
  await news.waitFor();
  assert.equal(await page.getByText("death 2").count(), 0);
  await news.click();
  await page.locator("tr", { hasText: "death 2" }).waitFor();
  for (const { id } of (await api("GET", "/api/dead?function=dying")).dead) {
    await api("DELETE", `/api/dead/${id}`);
  }
});

/** Does what a browser does when its user turns to another tab, or back. */
function show(page, visible) {
  return page.evaluate((hidden) => {
    Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
    document.dispatchEvent(new Event("visibilitychange"));
  }, !visible);
}
