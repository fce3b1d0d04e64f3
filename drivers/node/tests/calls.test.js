// Calls: parameters, results, and how they are named.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { start } from "./harness.js";

const example = name => readFileSync(new URL(`../../../examples/node/${name}`, import.meta.url), "utf8");
const ANY = "export function callme(params) { return params; }";

test("hello world answers 42 and logs its greeting", async t => {
  const driver = await start(t, example("helloworld.js"));
  assert.deepEqual((await driver.run({}, { request_id: "r1" })).json, { result: 42 });
  await driver.log.waitFor("Z r1 Hello serverless world!");
});

test("add takes texts and numbers", async t => {
  const driver = await start(t, example("add.js"));
  assert.equal((await driver.run({ param1: "1", param2: "1" })).result, 2);
  assert.equal((await driver.run({ param1: 20, param2: 22 })).result, 42);
});

test("missing and unexpected parameters are named", async t => {
  const driver = await start(t, "export function callme({param1, param2}) { throw 1; }");
  const { status, error } = await driver.run({ param2: 1, other: 2 });
  assert.equal(status, 422);
  assert.deepEqual(error, {
    reason: "bad-parameters", type: "TypeError", missing: ["param1"], unexpected: ["other"],
    message: "missing param1; unexpected other: the function is callme({param1, param2})",
    expected: "callme({param1, param2})",
  });
});

test("every form of a parameter list is read", async t => {
  for (const [code, expected] of [
    ["export const callme = ({a = {x: ','}, b: {c} = {}, /* , */ d // e\n}) => 1",
      "callme({a = {x: ','}, b = {}, d})"],
    ["export async function callme ({a = `}${'}'}`, b = /* { */ [1, 2]}, second) {}", "callme({a = `}${'}'}`, b = [1, 2]})"],
    ["exports.callme = function named({a}) {}", "callme({a})"],
    ["module.exports = {async callme({a} = {}) {}}", "callme({a})"],
    ["const o = {callme({a}) {}}; exports.callme = o.callme.bind(o)", null],
    ["exports.callme = params => params", null],
    ["export function callme() { return arguments[0]; }", null],
    ["export function callme(a, b) { return a; }", null],
    ["export const callme = ({[`a`]: b}) => b", null],
  ]) {
    const driver = await start(t, code);
    const answer = await driver.run({ unknown: 1 });
    if (expected) assert.deepEqual([answer.error.unexpected, answer.error.expected], [["unknown"], expected], code);
    else assert.notEqual(answer.status, 422, code);
  }
});

test("a rest element takes what else is given, and the others are still demanded", async t => {
  const driver = await start(t, "export const callme = async ({a, b = 1, 'c': d, ...more}) => more");
  assert.deepEqual((await driver.run({ a: 1, z: 2 })).result, { z: 2 });
  const { error } = await driver.run({ z: 2 });
  assert.deepEqual([error.missing, error.unexpected, error.expected], [["a"], [], "callme({a, b = 1, …, ...more})"]);
});

test("a function without parameters takes none", async t => {
  const driver = await start(t, "export function callme() { return 1; }");
  assert.equal((await driver.run()).result, 1);
  assert.equal((await driver.run({ a: 1 })).error.expected, "callme()");
});

test("types survive in both directions", async t => {
  const driver = await start(t, ANY);
  const value = { n: null, t: true, i: 9007199254740991, f: 0.1, s: "ü€😀\u2028\0", l: [[], {}], "": " ", "__proto__x": 1 };
  assert.deepEqual((await driver.run(value)).result, value);
});

test("integers that are not safe are BigInt in both directions", async t => {
  const driver = await start(t, "export function callme({a, b}) { return {a, type: typeof a, plain: typeof b, sum: 2n ** 70n}; }");
  const text = '{"value":{"a":9223372036854775807,"b":1152921504606846976}}';
  assert.equal((await driver.raw(text)).text,
    '{"result":{"a":9223372036854775807,"type":"bigint","plain":"bigint","sum":1180591620717411303424}}');
});

test("exact numbers leave the rest of the body as it is", async t => {
  const driver = await start(t, ANY);
  const value = '{"__proto__":{"x":[1,-12345678901234567890,"12345678901234567890 \\"\\\\\\\\",true,null,1.5e10,[],{}]},"é":" "}';
  assert.equal((await driver.raw(`{ "value" : ${value} }`)).text, `{"result":${value.replace("1.5e10", "15000000000")}}`);
});

test("deep nesting is no problem up to hundreds of levels, and a clear error beyond", async t => {
  const driver = await start(t, ANY);
  const nested = depth => `{"value":{"a":${"[".repeat(depth)}12345678901234567890${"]".repeat(depth)}}}`;
  const good = await driver.raw(nested(300));
  assert.equal(good.text, nested(300).replace("value", "result"));
  const { status, error } = await driver.raw(nested(100_000));
  assert.deepEqual([status, error.reason], [500, "result-not-json"]);
  assert.match(error.message, /it is nested too deeply/);
});

test("every answer names its request", async t => {
  const driver = await start(t, "export function callme({a}) { if (a === 0) return new Map(); if (a === 1) throw a; return a; }");
  for (const [params, status] of [[{ a: 2 }, 200], [{ a: 0 }, 500], [{ a: 1 }, 500], [{ b: 1 }, 422]]) {
    const answer = await driver.run(params, { request_id: `id-${status}` });
    assert.deepEqual([answer.status, answer.headers["fob-request-id"]], [status, `id-${status}`]);
  }
  assert.equal((await driver.run({ a: 2 })).headers["fob-request-id"], undefined);
  const spoilt = await driver.send("POST", "/run", "{", { "Fob-Request-Id": "by-header" });
  assert.deepEqual([spoilt.status, spoilt.headers["fob-request-id"]], [400, "by-header"]);
  const both = await driver.send("POST", "/run", '{"value":{"a":2},"request_id":"member"}', { "Fob-Request-Id": "header" });
  assert.equal(both.headers["fob-request-id"], "member");
});

test("refusals before there is a function name their request too", async t => {
  for (const code of [null, "throw 1"]) {
    const driver = await start(t, code);
    const answer = await driver.run({}, { request_id: "early" });
    assert.deepEqual([answer.status, answer.headers["fob-request-id"]], [503, "early"]);
  }
});

test("other content types reach the function as bytes", async t => {
  const driver = await start(t, "export function callme({body, content_type}) { console.log('x'); return [...body, content_type, Buffer.isBuffer(body)]; }");
  const answer = await driver.send("POST", "/run", Buffer.from([255, 0, 123, 125]), { "Content-Type": "image/PNG; a=b", "Fob-Request-Id": "raw-1" });
  assert.deepEqual(answer.result, [255, 0, 123, 125, "image/PNG; a=b", true]);
  await driver.log.waitFor("Z raw-1 x");
});

test("the content type is left out when the function does not take it", async t => {
  const driver = await start(t, "export const callme = ({body}) => body.toString()");
  assert.equal((await driver.send("POST", "/run", "hé", { "Content-Type": "text/plain" })).result, "hé");
});

test("a function that takes no body says so", async t => {
  const driver = await start(t, "export const callme = ({a}) => a");
  const answer = await driver.send("POST", "/run", "x", { "Content-Type": "text/plain" });
  assert.deepEqual([answer.status, answer.error.unexpected], [422, ["body"]]);
});

test("what is not JSON is named with its place", async t => {
  const driver = await start(t, `class Point {}; const broken = { get a() { throw new TypeError("no"); } };
    const loop = []; loop.push(loop); let deep = []; for (let i = 0; i < 1e5; i++) deep = [deep];
    exports.callme = ({expression}) => eval(expression)`);
  for (const [expression, where, type] of [
    ["({a: [1, new Set([2])]})", "result['a'][1]", "Set"], ["NaN", "result", "number"], ["[Infinity]", "result[0]", "number"],
    ["({t: () => 1})", "result['t']", "function"], ["Buffer.from('x')", "result", "Buffer"], ["[undefined]", "result[0]", "undefined"],
    ["Symbol()", "result", "symbol"], ["({e: new RangeError('x')})", "result['e']", "RangeError"],
    ["['\\ud800']", "result[0]", "string"], ["loop", "result[0]", "Array"], ["[].values()", "result", "Array Iterator"],
    ["deep", "result" + "[0]".repeat(20) + "…", "Array"], ["broken", "result", "Object"],
    ["({'\\ud800': 1})", "result", "string"], ["({toJSON() { return NaN; }})", "result", "number"],
  ]) {
    const { status, error } = await driver.run({ expression });
    assert.deepEqual([status, error.reason, error.where], [500, "result-not-json", where], `${expression}: ${error.message}`);
    if (type !== "Array Iterator") assert.equal(error.type, type);
    assert.ok(error.message.startsWith(`${where} is not JSON: `), error.message);
  }
});

test("what JSON can express is accepted", async t => {
  const driver = await start(t, `class Point { x = 1; #y = 2; z = undefined; }
    exports.callme = ({expression}) => eval(expression)`);
  for (const [expression, result] of [
    ["new Point()", { x: 1 }], ["new Date(0)", "1970-01-01T00:00:00.000Z"], ["undefined", null], ["Object.create(null)", {}],
    ["Promise.resolve(1)", 1], ["({then(f) { f(2); }})", 2], ["new String('s')", { 0: "s" }], ["1e21", 1e21],
  ]) assert.deepEqual((await driver.run({ expression })).json, { result }, expression);
});

test("the limit of the result is in bytes of JSON", async t => {
  const driver = await start(t, "export const callme = ({n}) => 'é'.repeat(n)", { FOB_MAX_RESULT_BYTES: "1000" });
  assert.equal((await driver.run({ n: 499 })).status, 200);
  const { error } = await driver.run({ n: 500 });
  assert.deepEqual([error.reason, error.size, error.limit], ["result-too-large", 1002, 1000]);
});

test("payloads of a megabyte work in both directions", async t => {
  const driver = await start(t, "export const callme = ({s}) => s");
  const s = "é".repeat(500_000);
  assert.equal((await driver.run({ s })).result, s);
});

test("the lines of a call come with its answer if they are wanted", async t => {
  const driver = await start(t, "export function callme({n, fail}) { for (let i = 0; i < n; i++) console.log(`line ${i}`); process.stdout.write('rest'); if (fail) throw new Error('x'); return n; }");
  assert.deepEqual((await driver.run({ n: 2, fail: 0 }, { log_bytes: 1000 })).json, { result: 2, log: ["line 0", "line 1", "rest"] });
  assert.deepEqual((await driver.run({ n: 100, fail: 0 }, { log_bytes: 12 })).json, { result: 100, log: ["line 99", "rest"] });
  assert.deepEqual((await driver.run({ n: 1, fail: 0 }, { log_bytes: 3 })).json.log, ["…"]);
  assert.deepEqual((await driver.run({ n: 0, fail: 1 }, { log_bytes: 65536 })).json.log.slice(0, 2), ["rest", "Error: x"]);
  assert.equal((await driver.run({ n: 1, fail: 0 })).json.log, undefined);
  assert.equal((await driver.run({ n: 1, fail: 0 }, { log_bytes: 65537 })).status, 400);
});
