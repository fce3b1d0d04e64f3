// The function's log, and the events.
import assert from "node:assert/strict";
import { test } from "node:test";
import { start } from "./harness.js";

async function ended(driver) {
  await driver.terminate();
  return driver.log;
}

test("each line has the time and the request id", async t => {
  const driver = await start(t, `console.log("loaded");
    export function callme({text}) { console.log(text, 1); console.error("err"); console.log(); process.stdout.write(Buffer.from("raw\\n")); }`);
  await driver.run({ text: "ü€\n\x85two\u2028" }, { request_id: "id-1" });
  const log = await ended(driver);
  assert.deepEqual(log.of("id-1"), ["ü€", "\x85two\u2028 1", "err", "", "raw"]);
  assert.ok(log.of("-").includes("loaded"));
});

test("an unfinished line is written when its call ends", async t => {
  const driver = await start(t, "export function callme() { process.stdout.write('a'); process.stderr.write('b'); throw new Error('c'); }");
  for (const request_id of ["1", "2"]) await driver.run({}, { request_id });
  assert.deepEqual((await ended(driver)).of("2").slice(0, 3), ["a", "b", "Error: c"]);
});

test("lines of calls at the same time do not mix", async t => {
  const driver = await start(t, `import {setImmediate as turn} from "node:timers/promises";
    export async function callme({c}) { for (let i = 0; i < 30; i++) { for (let j = 0; j < 9; j++) { process.stdout.write(c.repeat(1000)); await turn(); } console.log(); } }`);
  await Promise.all(["a", "b", "c", "d"].map(c => driver.runApart({ c }, { request_id: c })));
  const log = await ended(driver);
  for (const c of ["a", "b", "c", "d"]) assert.deepEqual(new Set(log.of(c)), new Set([c.repeat(9000)]));
});

test("child processes write to the log and not to the events", async t => {
  const driver = await start(t, `import {execSync, spawnSync} from "node:child_process"; import fs from "node:fs";
    export function callme() { execSync("echo child", {stdio: "inherit"}); spawnSync("sh", ["-c", "echo second; echo third >&3"], {stdio: ["ignore", 1, 2]}); fs.writeSync(1, "direct\\n"); return spawnSync("sh", ["-c", "true >&4"]).status; }`);
  assert.notEqual((await driver.run()).result, 0); // the private descriptors are not inherited
  for (const text of ["child", "second", "direct"]) await driver.log.waitFor(text);
  await driver.terminate();
  assert.deepEqual(driver.events.all, ['{"event":"ready"}', '{"event":"draining","reason":"sigterm"}']);
});

test("a function that ends its output can still print", async t => {
  const driver = await start(t, "const fs = require('fs'); exports.callme = ({how}) => { console.log('here', how); eval(how); }");
  for (const how of ["process.stdout.end()", "process.stderr.destroy()", "fs.closeSync(1); fs.closeSync(2)", "0"]) {
    assert.equal((await driver.run({ how }, { request_id: "i" })).status, 200, how);
  }
  assert.deepEqual((await ended(driver)).of("i").length, 4);
});

test("megabytes take no time to speak of", async t => {
  const driver = await start(t, "export function callme() { for (let i = 0; i < 300_000; i++) process.stdout.write('x'.repeat(9)); console.log('\\n'.repeat(100_000)); }");
  const begin = Date.now();
  assert.equal((await driver.run({}, { request_id: "i" })).status, 200);
  assert.ok(Date.now() - begin < 8000, "quadratic time would be minutes");
  const lines = (await ended(driver)).of("i");
  assert.equal(lines.reduce((sum, line) => sum + line.length, 0), 2_700_000);
});

test("a failed load leaves its stack", async t => {
  const driver = await start(t, "const x = 1;\nnosuch(x);");
  const lines = (await ended(driver)).of("-");
  assert.ok(lines.includes("ReferenceError: nosuch is not defined"), lines.join("\n"));
  assert.ok(lines.includes("  at Object.<anonymous> (function.js:2:1)"), lines.join("\n"));
});

test("nobody reading the events is no reason to stop", async t => {
  const driver = await start(t, "export const callme = () => 1");
  driver.process.stdout.destroy();
  assert.equal((await driver.run()).result, 1);
  assert.equal(await driver.terminate(), 0);
});
