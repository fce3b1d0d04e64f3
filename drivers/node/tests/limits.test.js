// Concurrency, timeouts, and the ends of the process.
import assert from "node:assert/strict";
import { test } from "node:test";
import { failureOf, start, startProcess, until } from "./harness.js";

// Says in the log that it runs, and waits until the test opens the gate.
const WAIT = `import {readFile} from "node:fs/promises"; import fs from "node:fs";
export async function callme({gate = null, how = null}) {
  console.log("running", gate);
  if (how === "forever") await new Promise(() => {});
  if (how === "loop") for (;;);
  if (how === "regexp") /^(a+)+$/.test("a".repeat(60) + "b");
  if (how === "kernel") fs.readFileSync(process.env.FOLDER + "/gate");
  if (gate) await readFile(process.env.FOLDER + "/" + gate);
  return gate;
}`;

async function startWaiting(t, gates, env = {}) {
  const driver = await start(t, WAIT, env);
  for (const gate of gates) driver.makeGate(gate);
  return driver;
}

test("calls run at the same time up to the limit", async t => {
  const driver = await startWaiting(t, ["a", "b"], { FOB_CONCURRENCY: "2" });
  const calls = ["a", "b"].map(gate => driver.runApart({ gate }));
  await driver.log.waitFor("running", 2);
  const busy = await driver.run();
  assert.deepEqual([busy.status, busy.error.reason, busy.headers["retry-after"]], [429, "busy", "1"]);
  assert.equal((await driver.health()).status, 200);
  driver.open("a");
  assert.equal((await calls[0]).result, "a");
  assert.equal((await driver.run()).status, 200);
  driver.open("b");
  assert.equal((await calls[1]).result, "b");
});

test("a place is free as soon as the answer is there", async t => {
  const driver = await start(t, "export const callme = () => 1", { FOB_CONCURRENCY: "1" });
  for (let i = 0; i < 500; i++) assert.equal((await driver.run()).status, 200);
});

test("global variables keep their values between calls", async t => {
  const driver = await start(t, "let n = 0; export const callme = () => ++n");
  assert.deepEqual([(await driver.run()).result, (await driver.run()).result], [1, 2]);
});

test("the others finish before the process ends with 75", async t => {
  const driver = await startWaiting(t, ["a"], { FOB_TIMEOUT_MS: "1000" });
  const stuck = failureOf(driver.runApart({ how: "forever" }, { request_id: "stuck-1" }));
  await driver.log.waitFor("running null");
  const begun = performance.now();
  await until(() => performance.now() > begun + 600);
  const other = driver.runApart({ gate: "a" });
  await driver.log.waitFor("running a");
  await driver.health();
  assert.deepEqual(await driver.event("draining"), { event: "draining", reason: "stuck-call" });
  const refused = await driver.run();
  const health = await driver.health();
  driver.open("a");
  assert.deepEqual([refused.status, refused.error.reason, refused.headers.connection], [503, "draining", "close"]);
  assert.deepEqual([health.status, health.json.state], [503, "draining"]);
  assert.equal((await other).result, "a");
  assert.equal(await driver.ended, 75);
  assert.match((await stuck).message, /socket hang up|ECONNRESET/);
  await driver.log.waitFor("the call stuck-1 has not ended in its time");
});

test("health is answered while the function loops, and then the process ends", async t => {
  for (const how of ["loop", "regexp"]) {
    const driver = await startWaiting(t, [], { FOB_TIMEOUT_MS: "700" });
    const stuck = failureOf(driver.runApart({ how }));
    await driver.log.waitFor("running");
    assert.deepEqual((await driver.health()).json, { state: "ready" });
    assert.equal(await driver.ended, 75);
    await stuck;
  }
});

test("code that waits in the kernel for ever is killed by it", async t => {
  const driver = await startWaiting(t, ["gate"], { FOB_TIMEOUT_MS: "200" });
  const stuck = failureOf(driver.runApart({ how: "kernel" }));
  assert.equal(await driver.ended, "SIGALRM");
  await stuck;
});

test("calls in time do not move the limit of a stuck one", async t => {
  const driver = await startWaiting(t, [], { FOB_TIMEOUT_MS: "300" });
  const stuck = failureOf(driver.runApart({ how: "forever" }));
  const begin = Date.now();
  await until(async () => (await driver.run()).status === 503);
  assert.ok(Date.now() - begin < 3000);
  assert.equal(await driver.ended, 75);
  await stuck;
});

test("a stuck call that ends after all does not save the process", async t => {
  const driver = await startWaiting(t, ["a"], { FOB_TIMEOUT_MS: "200" });
  const call = driver.runApart({ gate: "a" }).catch(error => error);
  await driver.event("draining");
  driver.open("a");
  assert.equal(await driver.ended, 75);
  assert.ok(await call);
});

test("an idle driver ends with 0", async t => {
  const driver = await startWaiting(t, []);
  assert.equal(await driver.terminate(), 0);
  assert.deepEqual(await driver.event("draining"), { event: "draining", reason: "sigterm" });
});

test("after SIGTERM running calls finish and new ones are refused", async t => {
  const driver = await startWaiting(t, ["a"]);
  const call = driver.runApart({ gate: "a" });
  await driver.log.waitFor("running a");
  driver.process.kill("SIGTERM");
  await driver.event("draining");
  assert.equal((await driver.run()).error.reason, "draining");
  driver.open("a");
  assert.equal((await call).result, "a");
  assert.equal(await driver.ended, 0);
});

test("a call that outlasts its time after SIGTERM is given up", async t => {
  const driver = await startWaiting(t, [], { FOB_TIMEOUT_MS: "300" });
  const stuck = failureOf(driver.runApart({ how: "forever" }));
  await driver.log.waitFor("running");
  assert.equal(await driver.terminate(), 75);
  await stuck;
});

test("a large answer is sent in full before the end", async t => {
  const driver = await start(t, `import {readFile} from "node:fs/promises";
    export async function callme() { console.log("running"); await readFile(process.env.FOLDER + "/a"); return "x".repeat(1e6); }`);
  driver.makeGate("a");
  const call = driver.runApart();
  await driver.log.waitFor("running");
  driver.process.kill("SIGTERM");
  driver.open("a");
  assert.equal((await call).result.length, 1e6);
  assert.equal(await driver.ended, 0);
});

test("a driver that still loads ends at once", async t => {
  const driver = startProcess(t, "console.log('loading'); await new Promise(() => {}); export const callme = () => 1");
  await driver.log.waitFor("loading");
  assert.equal(await driver.terminate(), 0);
});

test("a driver that failed to load or waits ends with 0", async t => {
  for (const code of ["throw 1", null]) assert.equal(await (await start(t, code)).terminate(), 0);
});

test("a function that uses more memory than its heap may have fails its calls, and the process is replaced", async t => {
  const driver = await start(t, "export function callme() { const all = []; for (;;) all.push(new Array(1000).fill({})); }",
    { FOB_MEMORY_MIB: "64" });
  const { status, error } = await driver.run({});
  assert.equal(status, 500);
  assert.match(error.message, /more memory than it may have/);
  assert.equal(await driver.ended, 76);
});
