// How the driver is started.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { dirname } from "node:path";
import { test } from "node:test";
import { START } from "./harness.js";

const DRIVER = START.replace("start.sh", "driver.js");

async function said(command, args, options) {
  const child = spawn(command, args, { stdio: ["ignore", "ignore", "pipe"], ...options });
  let text = "";
  child.stderr.on("data", piece => text += piece);
  return [await new Promise(resolve => child.on("close", resolve)), text];
}

test("started without its descriptors it says how to start it", async () => {
  const [code, text] = await said(process.execPath, [DRIVER]);
  assert.equal(code, 2);
  assert.match(text, /^fob driver: .*start\.sh\n$/);
});

test("it starts from its own folder too", async () => {
  const [code, text] = await said("/bin/sh", ["start.sh"], { cwd: dirname(START), env: { PATH: process.env.PATH, FOB_LISTEN: "nowhere" } });
  assert.equal(code, 2);
  assert.match(text, /^fob driver: FOB_LISTEN is "nowhere", expected unix:/);
});
