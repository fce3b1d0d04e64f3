// The errors that callers get when functions fail.
import assert from "node:assert/strict";
import { test } from "node:test";
import { start } from "./harness.js";

async function failing(t, code, params = {}, env = {}) {
  return failingIn(await start(t, code, env), params);
}

async function failingIn(driver, params) {
  const { status, json, error } = await driver.run(params, { request_id: "failed-1" });
  assert.equal(status, 500, JSON.stringify(json));
  assert.deepEqual((await driver.health()).json, { state: "ready" });
  assert.ok(Buffer.byteLength(JSON.stringify(error)) < 64 * 1024);
  return { error, driver };
}

test("only the lines of the function are shown, in both kinds of modules", async t => {
  for (const head of ["export", "exports.callme = callme;"]) {
    const { error, driver } = await failing(t,
      `${head} function callme({text}) {\n  return inner(text);\n}\nfunction inner(text) {\n  return JSON.parse(text);\n}\n`, { text: "{" });
    assert.deepEqual([error.reason, error.type], ["exception", "SyntaxError"]);
    assert.deepEqual(error.stack, ["  at inner (function.js:5:15)", "    return JSON.parse(text);",
      "  at callme (function.js:2:10)", "    return inner(text);"]);
    await driver.terminate();
    assert.deepEqual(driver.log.of("failed-1"), [`SyntaxError: ${error.message}`, ...error.stack]);
  }
});

test("an asynchronous function shows its own lines", async t => {
  const { error } = await failing(t, "export async function callme() {\n  await 1;\n  await inner();\n}\nasync function inner() {\n  await 1;\n  throw new RangeError('x');\n}");
  assert.deepEqual(error.stack.filter(line => line.startsWith("  at")), ["  at inner (function.js:7:9)", "  at async callme (function.js:3:3)"]);
});

test("causes and the members of an AggregateError are shown", async t => {
  const { error } = await failing(t, `export function callme() {
    try { null.x } catch (cause) {
      throw new AggregateError([new RangeError("one"), new Error("two", {cause: new Error("why")})], "all", {cause});
    }
  }`);
  assert.equal(error.message, "all: RangeError: one; Error: two");
  const stack = error.stack.join("\n");
  for (const text of ["Caused by: TypeError: Cannot read", "Error 1 of 2: RangeError: one", "Caused by: Error: why"]) assert.ok(stack.includes(text), stack);
});

test("whatever is thrown is told", async t => {
  const driver = await start(t, "exports.callme = ({thrown}) => { throw eval(`(${thrown})`); }");
  for (const [thrown, type, message] of [
    ["'text'", "string", "text was thrown"], ["null", "null", "null was thrown"], ["undefined", "undefined", "undefined was thrown"],
    ["7n", "bigint", "7 was thrown"], ["Symbol()", "symbol", "a symbol was thrown"], ["{a: 1}", "Object", "an object of type Object was thrown"],
    ["new (class Mine extends Error {})('m')", "Mine", "m"], ["Object.assign(new Error('m'), {name: 'Named'})", "Named", "m"],
    ["Object.defineProperty(new Error('m'), 'message', {get() { throw 1; }})", "Error", "an object of type Error was thrown"],
    ["new Proxy({}, {get() { throw 1; }, getPrototypeOf() { throw 2; }})", "Object", "an object of type Object was thrown"],
    ["Object.assign(new Error('m'), {stack: {}, cause: 5})", "Error", "m"],
    ["new Error('x'.repeat(1e6))", "Error", null], ["new Error('\\0'.repeat(1e6))", "Error", null],
    ["Object.assign(new Error('m'), {errors: Array(1e5).fill(new Error('y'.repeat(1e4)))})", "Error", null],
    ["(() => { const e = new Error('m'); e.cause = e; return e; })()", "Error", "m"],
  ]) {
    const { error } = await failingIn(driver, { thrown });
    assert.equal(error.type, type, thrown);
    if (message) assert.equal(error.message, message, thrown);
  }
});

test("endless recursion is an error of the function, and bounded", async t => {
  const { error } = await failing(t, "export function callme() { return callme({}); }");
  assert.equal(error.type, "RangeError");
  assert.deepEqual(error.stack.slice(0, 1), ["  at callme (function.js:1:28)"]);
  assert.ok(error.stack.length < 10);
});

test("no attempt to exit ends the driver", async t => {
  const driver = await start(t, "exports.callme = ({how}) => eval(how)");
  for (const how of ["process.exit(3)", "process.reallyExit(3)", "process.abort()", "process.kill(process.pid, 'SIGKILL')",
    "new Promise(() => setTimeout(() => process.exit(3), 1))"]) {
    const { error } = await failingIn(driver, { how });
    assert.equal(error.type, "ProcessExit", how);
  }
});

test("an error that nobody catches fails its own call and no other", async t => {
  const driver = await start(t, `import {readFile} from "node:fs/promises";
    export async function callme({how = null}) {
      if (how === "thrown") return new Promise(() => setTimeout(() => { throw new RangeError("thrown later") }, 1));
      if (how === "rejected") { fail(); return new Promise(() => {}); }
      console.log("waiting");
      return readFile(process.env.FOLDER + "/gate", "utf8");
    }
    async function fail() { await 1; throw new RangeError("rejected later"); }`);
  driver.makeGate("gate");
  const other = driver.runApart({}, { request_id: "other" });
  await driver.log.waitFor("waiting");
  for (const how of ["thrown", "rejected"]) {
    const { status, error } = await driver.run({ how });
    assert.deepEqual([status, error.type, error.message], [500, "RangeError", `${how} later`]);
    assert.match(error.stack[0], /function\.js:/);
  }
  driver.open("gate");
  assert.equal((await other).result, "x");
});

test("an error after the end of its call is logged with its id", async t => {
  const driver = await start(t, "export function callme() { setTimeout(() => { throw new Error('too late') }, 1); return 1; }");
  assert.equal((await driver.run({}, { request_id: "early" })).result, 1);
  await driver.log.waitFor("Z early Error: too late");
  assert.equal((await driver.run()).result, 1);
});

test("sixty thousand unknown names are bad parameters", async t => {
  const driver = await start(t, "export const callme = ({a}) => a");
  const names = Array.from({ length: 60_000 }, (_, i) => [`name-${i}-é`, i]);
  const { status, error, text } = await driver.run(Object.fromEntries(names));
  assert.equal(status, 422);
  assert.ok(Buffer.byteLength(text) < 64 * 1024);
  assert.match(error.unexpected.at(-1), /^and [0-9]+ more$/);
  assert.match(error.message, /and 59990 more/);
});

test("an error may say when to try again", async t => {
  const { error } = await failing(t, "export function callme() { throw Object.assign(new Error('busy'), {retry_after: 7}); }");
  assert.equal(error.retry_after, 7);
});

test("what fails for want of a network says how to get one", async t => {
  for (const [network, told] of [["false", true], ["true", false]]) {
    for (const [thrown, wants] of [["Object.assign(new Error('x'), {code: 'EAI_AGAIN'})", true],
      ["new TypeError('fetch failed', {cause: Object.assign(new Error('x'), {code: 'ENETUNREACH'})})", true],
      ["Object.assign(new Error('x'), {code: 'ENOENT'})", false]]) {
      const { error } = await failing(t, `exports.callme = () => { throw ${thrown}; }`, {}, { FOB_NETWORK: network });
      assert.equal(error.message.includes("register it with network=true"), told && wants, error.message);
    }
  }
});
