// Loading the function: from a file, over HTTP, by /init.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { start, startProcess } from "./harness.js";
import { serve } from "./server.js";

const CODE = "export const callme = () => 1";

async function failed(driver, message, type) {
  const event = await driver.event("failed");
  const health = await driver.health();
  const run = await driver.run();
  assert.deepEqual([health.status, health.json.state, run.status], [503, "failed", 503]);
  assert.deepEqual([event.error, health.error], [run.error, run.error]);
  assert.ok(run.error.message.includes(message), JSON.stringify(run.error));
  if (type) assert.equal(run.error.type, type);
  return run.error;
}

test("ready is announced, and health says so", async t => {
  const driver = await start(t, CODE);
  assert.deepEqual(await driver.event("ready"), { event: "ready" });
  assert.deepEqual((await driver.health()).json, { state: "ready" });
});

test("starting is visible while the code loads, even if it loops", async t => {
  const driver = startProcess(t, `const fs = require("fs"); require("child_process").execSync("mkfifo gate");
    console.log("loading"); fs.readFileSync("gate"); exports.callme = () => 1`);
  await driver.log.waitFor("loading");
  const health = await driver.health();
  assert.deepEqual([health.status, health.json.state, (await driver.run()).error.reason], [503, "starting", "starting"]);
  driver.open("gate");
  await driver.event("ready");
  assert.equal((await driver.run()).result, 1);
});

test("a syntax error shows its line, in both kinds of modules", async t => {
  for (const code of ["export const x = 1;\nexport function callme(: {}", "const x = 1;\nexports.callme = function (: {}"]) {
    const error = await failed(await start(t, code), "Unexpected token ':'", "SyntaxError");
    assert.deepEqual(error.stack.slice(0, 2), ["  at function.js:2", `    ${code.split("\n")[1]}`]);
    assert.equal(error.stack[2].trim(), "^");
  }
});

test("an error while loading shows its line", async t => {
  const module = await failed(await start(t, "export const callme = 1;\nnosuch();"), "nosuch is not defined", "ReferenceError");
  assert.deepEqual(module.stack, ["  at function.js:2:1", "    nosuch();"]);
  await failed(await start(t, 'import x from "nosuchpackage";\nexport const callme = x;'), "nosuchpackage", null);
  await failed(await start(t, 'import {nosuch} from "node:fs";\nexport const callme = nosuch;'), "nosuch", "SyntaxError");
  await failed(await start(t, "process.exit(0)"), "process.exit(0) was called", "ProcessExit");
});

test("a line of any length is told in a failed event", async t => {
  for (const code of ["export const x = '" + "a".repeat(700_000), "throw 1 // " + "😀".repeat(200_000), "throw new Error('\\0'.repeat(1e6))"]) {
    const driver = await start(t, code);
    await failed(driver, "");
    assert.ok(Buffer.byteLength(driver.events.all[0]) < 64 * 1024);
  }
});

test("code without callme says what to write", async t => {
  await failed(await start(t, "export const x = 1"), "the code exports no function callme: write one", "NoEntryPoint");
  await failed(await start(t, "function callme() {}"), "for example: exports.callme", "NoEntryPoint");
  await failed(await start(t, "export const callme = 1"), "callme is of type number, which cannot be called", "NoEntryPoint");
});

test("top-level await, imports and require work", async t => {
  const module = await start(t, `import fs from "node:fs"; import {createRequire} from "module";
    const os = await import("node:os"); export default {callme: () => [typeof fs.readFileSync, typeof os.cpus]}`);
  assert.deepEqual((await module.run()).result, ["function", "function"]);
  const common = await start(t, "#!/usr/bin/env node\n'use strict'\nconst fs = require('fs'); module.exports = {callme: async () => [__filename.endsWith('function.js'), typeof (await import('node:fs')).readFileSync]}");
  assert.deepEqual((await common.run()).result, [true, "function"]);
});

test("the environment is the function's own", async t => {
  const driver = await start(t, "exports.callme = () => [Object.keys(process.env).filter(n => n.startsWith('FOB_')), process.env.GREETING, process.env.NODE_OPTIONS, process.cwd() === process.env.FOLDER]",
    { FOB_CODE_TOKEN: "t0k", GREETING: "hi", NODE_OPTIONS: "--no-such-option" });
  assert.deepEqual((await driver.run()).result, [[], "hi", "--no-such-option", true]);
});

test("the folder of the code is removed at the end", async t => {
  const driver = await start(t, CODE);
  const folders = () => readdirSync(driver.folder).filter(name => name.startsWith("fob-function"));
  assert.equal(folders().length, 1);
  await driver.terminate();
  assert.deepEqual(folders(), []);
});

test("where nothing can be written the reason is told", async t => {
  await failed(await start(t, CODE, { TMPDIR: "/no/such/folder" }), "TMPDIR must be a folder to write to", "CodeNotAvailable");
});

test("code that is not there, or another one, is a failure", async t => {
  const driver = startProcess(t, null, { FOB_CODE_URL: "file:/no/such%20file" });
  await failed(driver, "No such file", "CodeNotAvailable");
  await start(t, CODE, { FOB_CODE_SHA256: createHash("sha256").update(CODE).digest("hex").toUpperCase() })
    .then(good => good.event("ready"));
  await failed(await start(t, CODE, { FOB_CODE_SHA256: "0".repeat(64) }), "is not what was registered");
});

test("code comes over HTTP with the token", async t => {
  const { url, tokens } = await serve(t, [200, CODE]);
  const driver = startProcess(t, null, { FOB_CODE_URL: url, FOB_CODE_TOKEN: "t0k" });
  await driver.event("ready");
  assert.deepEqual([(await driver.run()).result, tokens], [1, ["Bearer t0k"]]);
});

test("what may pass is tried again", async t => {
  const { url, tokens } = await serve(t, [503, ""], [200, CODE.slice(0, 9), CODE.length], [200, CODE]);
  await startProcess(t, null, { FOB_CODE_URL: url }).event("ready");
  assert.equal(tokens.length, 3);
});

test("a refusal or redirect is final", async t => {
  for (const status of [403, 302]) {
    const { url, tokens } = await serve(t, [status, ""]);
    const { error } = await startProcess(t, null, { FOB_CODE_URL: url, FOB_CODE_TOKEN: "t0k" }).event("failed");
    assert.match(error.message, new RegExp(`cannot be fetched: HTTP status ${status}`));
    assert.ok(!JSON.stringify(error).includes("t0k"));
    assert.equal(tokens.length, 1);
  }
});

test("init then run, as in OpenWhisk", async t => {
  const driver = await start(t);
  assert.deepEqual((await driver.health()).json, { state: "waiting" });
  assert.equal((await driver.run()).error.reason, "not-initialized");
  const code = "exports.main = ({name}) => process.env.GREETING + name";
  const answer = await driver.init({ code, main: "main", binary: false, env: { GREETING: "hi " } });
  assert.deepEqual([answer.status, answer.json], [200, { ok: true }]);
  assert.deepEqual((await driver.run({ name: "Ann" })).json, { result: "hi Ann" });
  assert.equal((await driver.init({ code: CODE })).error.message, "cannot initialize more than once");
});

test("nobody may initialize what fetched its code", async t => {
  assert.equal((await (await start(t, CODE)).init({ code: CODE })).status, 403);
});

test("code of an init that does not load is reported and final", async t => {
  const driver = await start(t);
  const answer = await driver.init({ code: "null.x" });
  assert.deepEqual([answer.status, answer.error.type], [502, "TypeError"]);
  assert.deepEqual((await driver.run()).error, answer.error);
  assert.equal((await driver.init({ code: CODE })).status, 403);
});

test("malformed inits are refused and change nothing", async t => {
  const driver = await start(t);
  for (const value of [{ code: 1 }, { code: CODE, env: { a: 1 } }, { code: CODE, env: { "a=b": "c" } }, { code: CODE, main: 7 },
    { code: CODE, binary: true, entry: "../x" }]) {
    const answer = await driver.init(value);
    assert.deepEqual([answer.status, answer.error.reason], [400, "bad-request"], JSON.stringify(value));
  }
  assert.equal((await driver.init({ code: CODE })).status, 200);
});

test("bad settings are refused all at once", async t => {
  const refused = async (parts, env) => {
    const driver = startProcess(t, null, env);
    assert.equal(await driver.ended, 2);
    assert.equal(driver.log.all.length, 1, driver.log.all.join("\n"));
    for (const part of parts) assert.ok(driver.log.all[0].includes(part), driver.log.all[0]);
    assert.deepEqual(driver.events.all, []);
  };
  await refused(['FOB_TIMEOUT_MS is "1s"', 'FOB_CONCURRENCY is "0"', 'FOB_MAX_RESULT_BYTES is "-1"', "FOB_CODE_TOKEN is (hidden)"],
    { FOB_TIMEOUT_MS: "1s", FOB_CONCURRENCY: "0", FOB_MAX_RESULT_BYTES: "-1", FOB_CODE_TOKEN: "a b" });
  for (const [name, value] of [["FOB_LISTEN", "unix:" + "/x".repeat(60)], ["FOB_LISTEN", "tcp:8080"], ["FOB_CODE_URL", "ftp://x/"],
    ["FOB_CODE_SHA256", "abc"], ["FOB_CODE_ENTRY", "../x.js"]]) await refused([`${name} is `, "expected"], { [name]: value });
  await refused(["cannot listen on FOB_LISTEN"], { FOB_LISTEN: "unix:/no/such/folder/s" });
});

test("it listens on TCP, and empty values count as not set", async t => {
  const driver = startProcess(t, CODE, { FOB_LISTEN: "tcp:127.0.0.1:0", FOB_CONCURRENCY: "", FOB_LAYER_URL: "" });
  const [line] = await driver.log.waitFor(" on tcp:127.0.0.1:");
  await driver.event("ready");
  const port = /tcp:127\.0\.0\.1:(\d+)/.exec(line)[1];
  assert.deepEqual(await (await fetch(`http://127.0.0.1:${port}/health`)).json(), { state: "ready" });
  assert.ok(!existsSync(driver.socket));
});

test("a driver takes over the path of another one", async t => {
  const first = await start(t, CODE);
  const second = await start(t, "export const callme = () => 2", { FOB_LISTEN: `unix:${first.socket}` });
  assert.equal((await first.run()).result, 2);
  await first.terminate();
  assert.deepEqual(readdirSync(first.folder).filter(name => name.startsWith("s")), ["s"]);
  await second.terminate();
});
