import assert from "node:assert/strict";
import { test } from "node:test";
import { api, call, deploy, open, until } from "./browser.mjs";

test("a call in the background is followed to its result", async (t) => {
  await deploy("slow-sum", "import time\ndef callme(a: int, b: int):\n    time.sleep(0.5)\n    return a + b\n");
  const page = await open(t, "f/slow-sum/call");
  await page.getByRole("textbox", { name: /^a( |$)/ }).fill("40");
  await page.getByRole("textbox", { name: /^b( |$)/ }).fill("2");
  await page.getByRole("button", { name: "Call in the background" }).click();
  await page.getByText('{"result":42}').waitFor();
  await page.getByText("runs in the background").getByRole("link").click();
  await page.getByRole("heading", { name: "Calls" }).waitFor();
  await page.getByText('{"result":42}').waitFor();
});

test("the figures of a function are those of its calls", async (t) => {
  await deploy("counted", "def callme(fail: bool = False):\n    if fail:\n        raise RuntimeError('on purpose')\n");
  const page = await open(t, "");
  await page.getByRole("link", { name: "counted" }).waitFor();
  for (let i = 0; i < 7; i++) {
    await call("counted", {});
  }
  await assert.rejects(call("counted", { fail: true }), /on purpose/);
  const row = page.locator("tr", { hasText: "counted" });
  await row.getByRole("img", { name: "8 calls in 5 minutes" }).waitFor();
  assert.equal(await row.locator('[data-label="Errors"]').textContent(), "1");
  await page.getByRole("link", { name: "counted" }).click();
  await page.getByText("Means of 8 calls").waitFor();
});

test("the calls of a function are listed with their parameters, and one opens with its result", async (t) => {
  await deploy("listed", "def callme(a: str):\n    return a * 2\n");
  await call("listed", { a: "x-y" });
  const page = await open(t, "f/listed/calls");
  await page.getByText('{"a":"x-y"}').waitFor();
  await page.getByRole("button", { name: "Result" }).first().click();
  await page.getByText('{"result":"x-yx-y"}').waitFor();
});

test("a dead letter is redriven, and the new call succeeds", async (t) => {
  await deploy("third-time", "n = 0\ndef callme():\n    global n\n    n += 1\n    if n < 3:\n        raise RuntimeError('not yet')\n    return n\n", "&retries=1");
  await call("third-time", {}, { Prefer: "respond-async" });
  await until("the letter", async () => (await api("GET", "/api/dead?function=third-time")).total > 0);
  const page = await open(t, "dead");
  const row = page.locator("tr", { hasText: "third-time" });
  await row.getByText("RuntimeError: not yet").waitFor();
  await row.getByRole("button", { name: "Redrive" }).click();
  await row.locator(".confirm").getByRole("button", { name: "Redrive" }).click();
  await page.getByText("was made again").getByRole("link").click();
  await page.getByText('{"result":3}').waitFor();
});

test("a name is rolled back during load, and no call fails", async (t) => {
  await deploy("turn", "def callme():\n    return 'one'\n");
  await deploy("turn", "def callme():\n    return 'two'\n");
  const page = await open(t, "f/turn/versions");
  const results = [];
  let going = true;
  const load = Promise.all([1, 2].map(async () => {
    while (going) {
      results.push((await call("turn", {})).result);
    }
  }));
  try {
    await until("calls of version 2", () => results.includes("two"));
    const row = page.locator("tr", { hasText: "turn@1" });
    await row.getByRole("button", { name: "Roll back" }).click();
    await row.locator(".confirm").getByRole("button", { name: "Roll back" }).click();
    await until("version 1 has all calls", async () => /100 %/.test(await row.textContent()));
    const moved = results.length;
    await until("further calls", () => results.length > moved + 20);
  } finally {
    going = false;
    await load;
  }
  assert.deepEqual(results.slice(-10), Array(10).fill("one"));
});

test("the difference of two versions is shown", async (t) => {
  await deploy("changed", "def callme():\n    return 'old'\n");
  await deploy("changed", "def callme():\n    return 'new'\n");
  const page = await open(t, "f/changed/versions");
  await page.locator("tr", { hasText: "changed@2" }).getByRole("button", { name: "Differences" }).click();
  assert.equal((await page.locator(".diff .removed").textContent()).trim(), "-     return 'old'");
  assert.equal((await page.locator(".diff .added").textContent()).trim(), "+     return 'new'");
});
