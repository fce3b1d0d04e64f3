// What a function can read about its call: the global fob.
import assert from "node:assert/strict";
import test from "node:test";
import { start } from "./harness.js";

const TRACE = "0af7651916cd43dd8448eb211c80319c";
const PARENT = "b7ad6b7169203331";
const TRACEPARENT = `00-${TRACE}-${PARENT}-01`;
const CODE = "export const callme = () => fob.call();";

test("a call has its id, deadline and traceparent", async t => {
  const driver = await start(t, CODE);
  const { result } = await driver.run({}, { request_id: "id-1", deadline: 1767225600000, traceparent: TRACEPARENT, tracestate: "a=1" });
  assert.deepEqual(result, { requestId: "id-1", deadline: 1767225600000, traceparent: TRACEPARENT, tracestate: "a=1" });
  assert.deepEqual((await driver.run()).result, {}); // nothing is left of the call before
});

test("a body that is not JSON has them in headers", async t => {
  const driver = await start(t, "exports.callme = ({ body }) => fob.call();");
  const headers = {
    "Content-Type": "image/png", "Fob-Request-Id": "raw-1", "Fob-Deadline": "1767225600000", traceparent: TRACEPARENT,
    tracestate: "a=1",
  };
  assert.deepEqual((await driver.send("POST", "/run", "x", headers)).result,
    { requestId: "raw-1", deadline: 1767225600000, traceparent: TRACEPARENT, tracestate: "a=1" });
  const wrong = { ...headers, "Fob-Deadline": "soon", traceparent: "00-1-2-3" };
  assert.deepEqual((await driver.send("POST", "/run", "x", wrong)).result, { requestId: "raw-1" });
});

test("a malformed one is absent", async t => {
  const driver = await start(t, CODE);
  for (const traceparent of ["", "x", 7, null, ["00"], `00-${TRACE}-${PARENT}`, `00-${"0".repeat(32)}-${PARENT}-01`,
    `00-${TRACE}-${"0".repeat(16)}-01`, `00-${TRACE.toUpperCase()}-${PARENT}-01`, `ff-${TRACE}-${PARENT}-01`,
    `${TRACEPARENT}-more`, `${TRACEPARENT}\n`]) {
    assert.deepEqual((await driver.run({}, { traceparent })).result, {}, String(traceparent));
  }
  for (const deadline of ["soon", "1", true, 1.5, null, [1]]) {
    assert.deepEqual((await driver.run({}, { deadline })).result, {}, String(deadline));
  }
  for (const tracestate of ["", "a=1\nb=2", "\u20ac", 7, null, "a".repeat(513)]) {
    assert.deepEqual((await driver.run({}, { traceparent: TRACEPARENT, tracestate })).result, { traceparent: TRACEPARENT });
  }
  assert.deepEqual((await driver.run({}, { tracestate: "a=1" })).result, {}); // there is no state without a parent
  const later = `01-${TRACE}-${PARENT}-01-more`;
  assert.deepEqual((await driver.run({}, { traceparent: later })).result, { traceparent: later });
});

test("calls at the same time see their own", async t => {
  const driver = await start(t, `import { readFile } from "node:fs/promises";
    export async function callme({ gate }) {
      console.log("waits");
      await readFile(process.env.FOLDER + "/" + gate);
      return new Promise(resolve => setTimeout(() => resolve(fob.call().requestId), 1));
    }`);
  for (const gate of ["a", "b"]) driver.makeGate(gate);
  const [first, second] = ["a", "b"].map(gate => driver.runApart({ gate }, { request_id: `id-${gate}` }));
  await driver.log.waitFor(" waits", 2);
  driver.open("b");
  assert.equal((await second).result, "id-b");
  driver.open("a");
  assert.equal((await first).result, "id-a");
});

test("there is no call while the code is loaded, and the code may have a fob of its own", async t => {
  assert.deepEqual((await (await start(t, "const loaded = fob.call(); exports.callme = () => loaded;")).run()).result, {});
  assert.equal((await (await start(t, "const fob = 5; exports.callme = () => fob;")).run()).result, 5);
});
