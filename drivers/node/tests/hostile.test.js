// Functions that patch, break or use up what the driver uses too.
import assert from "node:assert/strict";
import { test } from "node:test";
import { failureOf, start } from "./harness.js";

const PATCHES = `
JSON.stringify = JSON.parse = null
Object.keys = Object.defineProperty = Object.getPrototypeOf = Reflect.apply = null
Array.prototype[Symbol.iterator] = null
Array.prototype.push = Array.prototype.map = Array.prototype.slice = Array.prototype.join = Array.isArray = null
String.prototype.slice = String.prototype.split = String.prototype.indexOf = String.prototype.startsWith = null
RegExp.prototype.exec = RegExp.prototype.test = RegExp.prototype[Symbol.replace] = null
Function.prototype.call = Function.prototype.bind = Function.prototype.toString = null
Map.prototype.get = Map.prototype.set = Set.prototype.has = null
Promise.prototype.then = Promise.prototype.catch = Promise.resolve = null
Date = Date.prototype = Math = Number = BigInt = null
Date.now = Date.prototype.toISOString = null
Buffer.from = Buffer.byteLength = Buffer.prototype.toString = null; globalThis.Buffer = null
Error.captureStackTrace = Error.stackTraceLimit = Error.prepareStackTrace = null
Error.prepareStackTrace = () => { throw 1 }
globalThis.Error = globalThis.TypeError = globalThis.RangeError = null
require("fs").writeSync = require("fs").readFileSync = null
require("events").prototype.emit = require("events").prototype.on = null
require("async_hooks").AsyncLocalStorage.prototype.run = require("async_hooks").AsyncLocalStorage.prototype.getStore = null
require("worker_threads").MessagePort.prototype.postMessage = require("worker_threads").parentPort.postMessage = null
require("worker_threads").parentPort.close()
require("worker_threads").parentPort.postMessage([1, 200, "{}"])
require("worker_threads").workerData = null
process.removeAllListeners(); process.on("uncaughtException", () => {})
process.env = process.argv = process.stdout = process.stderr = process.nextTick = null
console = null
globalThis.setTimeout = globalThis.setImmediate = globalThis.queueMicrotask = null
Object.freeze(Object.prototype); Object.freeze(Array.prototype)
Object.prototype.status = 1; Object.prototype.ended = true; Object.prototype.toJSON = undefined; Object.prototype.then = undefined
`.trim().split("\n");
const GROUP = 5; // patches at once, as each driver takes a while to start
const GROUPS = Array.from({ length: Math.ceil(PATCHES.length / GROUP) }, (_, i) => PATCHES.slice(i * GROUP, (i + 1) * GROUP).join("\n"));

test("what the function patches does not reach the driver", async t => {
  for (const patch of GROUPS) {
    const driver = await start(t, `class Strange extends Error {}; function boom() { throw new Strange("s"); }
      const set = new Set(); const RE = Error;
      exports.callme = ({a, how = "ok"}) => { if (how === "raise") boom(); return how === "set" ? set : a; };
      ${patch}`);
    const events = driver.events.all;
    assert.deepEqual(events, ['{"event":"ready"}'], patch + events);
    for (let i = 0; i < 2; i++) {
      const answer = await driver.run({ a: [i, { b: "é" }] }, { request_id: `id-${i}` });
      assert.deepEqual([answer.status, answer.result], [200, [i, { b: "é" }]], `${patch}: ${answer.text}`);
    }
    const raised = await driver.run({ a: 1, how: "raise" });
    assert.equal(raised.status, 500, patch);
    assert.equal(raised.error.reason, "exception", `${patch}: ${raised.text}`);
    assert.equal((await driver.run({ a: 1, how: "set" })).error.reason, "result-not-json", patch);
    assert.equal((await driver.run({ b: 1 })).status, 422);
    assert.equal((await driver.raw("{")).status, 400);
    assert.deepEqual((await driver.health()).json, { state: "ready" });
    assert.equal(await driver.terminate(), 0);
  }
});

test("a function that ends its thread fails the running calls, and the process is replaced", async t => {
  const driver = await start(t, `exports.callme = ({end = false}) => { console.log("running");
    if (!end) return new Promise(() => {});
    process.removeAllListeners("uncaughtException"); setTimeout(() => { throw new Error("the end") }, 1); return new Promise(() => {}); }`);
  const other = driver.runApart();
  await driver.log.waitFor("running");
  for (const answer of [await driver.run({ end: true }), await other]) {
    assert.equal(answer.status, 500);
    assert.match(answer.error.message, /ended its thread by an error outside of all calls: the end/);
  }
  assert.equal((await driver.event("draining")).reason, "cannot-serve");
  assert.equal(await driver.ended, 76);
});

test("a function that closes the driver's descriptors has it replaced", async t => {
  const driver = await start(t, `const fs = require("fs");
    exports.callme = () => { for (let fd = 3; fd < 100; fd++) try { if (/socket|pipe/.test(fs.readlinkSync("/proc/self/fd/" + fd))) fs.closeSync(fd); } catch {} return 1; }`);
  await driver.runApart().catch(error => error);
  assert.notEqual(await driver.ended, 0);
});

test("code that closes them while it is loaded has failed", async t => {
  const driver = await start(t, `const fs = require("fs");
    for (let fd = 5; fd < 100; fd++) try { if (/socket/.test(fs.readlinkSync("/proc/self/fd/" + fd))) fs.closeSync(fd); } catch {}
    exports.callme = () => 1`);
  assert.equal((await driver.event("failed")).error.type, "DescriptorsClosed");
  assert.equal(await driver.ended, 76);
});

test("leaked files leave plain calls working while descriptors are free, and the process ends when none is", async t => {
  const driver = await start(t, `const fs = require("fs"); const leaked = [];
    exports.callme = ({leak = false}) => { while (leak) try { leaked.push(fs.openSync("/dev/null")); } catch (e) { return e.code; } return "plain"; }`);
  assert.equal((await driver.run({ leak: true })).result, "EMFILE");
  assert.equal((await driver.run()).result, "plain");
  assert.equal((await driver.event("draining")).reason, "cannot-serve");
  assert.equal(await driver.ended, 76);
});

test("an endless load of messages from the function does no harm", async t => {
  const driver = await start(t, `const {parentPort} = require("worker_threads");
    exports.callme = () => { for (let i = 0; i < 10000; i++) parentPort.postMessage(["x".repeat(1000)]); return 1; }`);
  assert.equal((await driver.run()).result, 1);
  assert.equal((await driver.health()).status, 200);
});

test("a function that never yields cannot keep the process from ending by SIGTERM", async t => {
  const driver = await start(t, "exports.callme = () => { console.log('running'); for (;;); }", { FOB_TIMEOUT_MS: "500" });
  const stuck = failureOf(driver.runApart());
  await driver.log.waitFor("running");
  assert.equal(await driver.terminate(), 75);
  await stuck;
});
