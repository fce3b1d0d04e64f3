// GET /schema: what the function's text and its JSDoc comment say.
import assert from "node:assert/strict";
import { test } from "node:test";
import { start } from "./harness.js";

async function schemaOf(t, code) {
  const answer = await (await start(t, code)).send("GET", "/schema");
  assert.equal(answer.status, 200, answer.text);
  return answer.json;
}

test("names and defaults come from the parameter list", async t => {
  assert.deepEqual(await schemaOf(t, `export function callme({ a, b = 2, c = 'it', d = [1, "x"], e = Date.now(), f: { g } = {} }) {}`), {
    parameters: {
      type: "object", required: ["a"], additionalProperties: false,
      properties: { a: {}, b: { default: 2 }, c: { default: "it" }, d: { default: [1, "x"] }, e: {}, f: { default: {} } },
    },
  });
});

test("a function that does not list its names takes any object", async t => {
  assert.deepEqual((await schemaOf(t, "exports.callme = params => params")).parameters, { type: "object" });
  assert.deepEqual((await schemaOf(t, "exports.callme = ({ a, ...rest }) => rest")).parameters,
    { type: "object", properties: { a: {} }, required: ["a"] });
  assert.deepEqual((await schemaOf(t, "exports.callme = () => 1")).parameters,
    { type: "object", properties: {}, additionalProperties: false });
});

test("JSDoc gives types and texts", async t => {
  const { description, parameters, result } = await schemaOf(t, `/** of another */
export const other = 1;
/**
 * Adds two numbers,
 * and more.
 *
 * This is not shown.
 * @param {object} options
 * @param {number} options.a - the first
 *     of them
 * @param {?string} [options.b="x"] the second
 * @param {Array<integer>} c
 * @param {string[]} d
 * @param {"small"|"large"} e
 * @param {Map<string, number>} f
 * @param {(string|null)} g
 * @param h - without a type
 * @returns {Promise<boolean>} whether
 */
export async function callme({ a, b = "x", c, d, e, f, g, h, i }) {}`);
  assert.equal(description, "Adds two numbers, and more.");
  assert.deepEqual(result, { type: "boolean" });
  assert.deepEqual(parameters.properties, {
    a: { type: "number", description: "the first of them" },
    b: { anyOf: [{ type: "string" }, { type: "null" }], description: "the second", default: "x" },
    c: { type: "array", items: { type: "integer" } }, d: { type: "array", items: { type: "string" } },
    e: { anyOf: [{ enum: ["small"] }, { enum: ["large"] }] }, f: {}, g: { anyOf: [{ type: "string" }, { type: "null" }] },
    h: { description: "without a type" }, i: {},
  });
  assert.deepEqual(parameters.required, ["a", "c", "d", "e", "f", "g", "h", "i"]);
});

test("JSDoc is that of the function, in both kinds of modules", async t => {
  for (const [code, description] of [
    ["/** It adds. */\nexports.callme = ({ a }) => a", "It adds."],
    ["/** It adds. */\nexport default { callme: ({ a }) => a };", undefined],
    ["/** It adds. */ const x = 1; /* no JSDoc */\nexport const callme = ({ a }) => x", undefined],
    ["const text = '/** is not a comment';\nexport function callme({ a }) { return text }", undefined],
  ]) assert.equal((await schemaOf(t, code)).description, description);
});

test("a function cannot change what it is described by, nor make it too large", async t => {
  const driver = await start(t, `import fs from "node:fs"; fs.rmSync(import.meta.filename);
    JSON.parse = Array.prototype.map = String.prototype.split = () => { throw 1 };
    /** It adds. */
    export function callme({ a }) {}`);
  assert.equal((await driver.send("GET", "/schema")).json.description, "It adds.");
  const names = Array.from({ length: 1500 }, (_, i) => `${"p".repeat(60)}${i}`);
  const large = await (await start(t, `exports.callme = ({ ${names} }) => 1`)).send("GET", "/schema");
  assert.deepEqual([large.status, large.error.reason], [404, "no-schema"]);
});

test("there is no schema before and without a function", async t => {
  assert.equal((await (await start(t)).send("GET", "/schema")).error.reason, "not-initialized");
  assert.equal((await (await start(t, "nosuch()")).send("GET", "/schema")).status, 503);
});
