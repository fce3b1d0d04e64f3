import assert from "node:assert/strict";
import { test } from "node:test";
import { open, url } from "./browser.mjs";

test("keys: the first is made, none and a wrong one are refused, the right one is taken, and audit shows it", async (t) => {
  const page = await open(t, "keys");
  await page.getByText("No key was made").waitFor();
  await page.getByRole("textbox", { name: "Name" }).fill("ops");
  await page.getByRole("button", { name: "Make the key" }).click();
  const key = await page.locator("code.secret").textContent();
  assert.match(key, /^fob_/);
  await page.getByRole("button", { name: "Use it in this tab" }).click();
  await page.locator("td", { hasText: "ops" }).first().waitFor();

  const other = await open(t, "");
  await other.getByRole("heading", { name: "This gateway needs a key" }).waitFor();
  await other.getByRole("textbox", { name: "Key" }).fill(`${key.slice(0, -3)}abc`);
  await other.getByRole("button", { name: "Use this key" }).click();
  await other.getByRole("alert").getByText("unknown-key").waitFor();
  await other.getByRole("textbox", { name: "Key" }).fill(key);
  await other.getByRole("button", { name: "Use this key" }).click();
  await other.getByRole("heading", { name: "Functions" }).waitFor();
  await other.getByText("ops, admin").waitFor();

  await other.getByRole("link", { name: "Audit" }).click();
  await other.getByText("POST /api/keys").first().waitFor();
  await other.getByRole("button", { name: "Forget key" }).click();
  await other.getByRole("heading", { name: "This gateway needs a key" }).waitFor();

  await t.test("a key is shown the pages that it may use, and the others say what they need", async (t) => {
    const made = {};
    for (const role of ["call", "metrics"]) {
      const reply = await fetch(`${url}/api/keys`, { method: "POST", headers: { Authorization: `Bearer ${key}`, "Content-Type": "application/json" },
        body: JSON.stringify({ name: `a ${role} key`, role }) });
      made[role] = (await reply.json()).key;
    }
    await page.getByText("a call key").waitFor();

    const caller = await signIn(t, made.call);
    await caller.getByRole("heading", { name: "Functions" }).waitFor();
    assert.deepEqual(await caller.getByRole("navigation").getByRole("link").allTextContents().then((all) => all.map((each) => each.trim())), ["Functions", "Calls"]);
    await caller.goto(`${url}/console#/audit`);
    await caller.getByText("This needs a key with the role admin. The key a call key has the role call.").waitFor();

    const scraper = await signIn(t, made.metrics);
    await scraper.getByText("The key a metrics key has the role metrics, which reads /metrics and nothing else.").waitFor();
    assert.equal(await scraper.getByRole("navigation").getByRole("link").count(), 0);
  });

  await t.test("keys are seen as they come and go, and a window whose key is deleted asks for one", async (t) => {
    await page.getByRole("textbox", { name: "Name" }).fill("short");
    await page.getByRole("button", { name: "Make the key" }).click();
    const short = await page.locator("code.secret").textContent();
    const window = await signIn(t, short);
    await window.getByRole("heading", { name: "Functions" }).waitFor();
    const row = page.locator("tr", { hasText: "short" });
    await row.getByRole("button", { name: "Delete" }).click();
    await row.locator(".confirm").getByRole("button", { name: "Delete" }).click();
    await row.getByText("deleted").waitFor();
    await window.getByRole("alert").getByText("revoked-key").waitFor();
  });
});

/** Opens the console in a browser of its own, and enters a key. */
async function signIn(t, key) {
  const page = await open(t, "");
  await page.getByRole("textbox", { name: "Key" }).fill(key);
  await page.getByRole("button", { name: "Use this key" }).click();
  return page;
}
