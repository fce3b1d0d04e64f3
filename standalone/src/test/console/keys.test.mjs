import assert from "node:assert/strict";
import { test } from "node:test";
import { open } from "./browser.mjs";

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
  await other.getByText("There is no function yet.").waitFor();

  await other.getByRole("link", { name: "Audit" }).click();
  await other.getByText("POST /api/keys").first().waitFor();
  await other.getByRole("button", { name: "Forget key" }).click();
  await other.getByRole("heading", { name: "This gateway needs a key" }).waitFor();
});
