// The installer as a server, against a registry of the test's own.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import http from "node:http";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { registry, temporary } from "./registry.js";

const INSTALL = fileURLToPath(new URL("../install.mjs", import.meta.url));
const TOKEN = "a-token";
const NOTHING = { function: "exports.callme = () => 1" };

async function serve(t, url) {
  const tmp = temporary(t);
  const env = { PATH: process.env.PATH, HOME: tmp, TMPDIR: tmp, FOB_LISTEN: "tcp:127.0.0.1:0",
    FOB_INSTALL_TOKEN_SHA256: createHash("sha256").update(TOKEN).digest("hex") };
  const child = spawn(process.execPath, [INSTALL, "serve"], { env, stdio: ["ignore", "pipe", "ignore"] });
  const ended = new Promise(resolve => child.on("close", resolve));
  t.after(async () => {
    child.kill("SIGKILL");
    await ended;
  });
  const { port } = JSON.parse(await new Promise(resolve => child.stdout.once("data", resolve)));
  const request = (method, path, body, more = {}) => new Promise((resolve, reject) => {
    const headers = { Authorization: `Bearer ${TOKEN}`, "Fob-Timeout-Ms": "60000",
      "Fob-Environment": `${new URLSearchParams({ FOB_NPM_REGISTRY: url ?? "http://127.0.0.1:1" })}`, "Content-Length": body?.length ?? 0, ...more };
    const sent = Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== null));
    const call = http.request({ port, host: "127.0.0.1", method, path, headers: sent, agent: false }, async response => {
      const all = Buffer.concat(await response.toArray());
      const isJson = response.headers["content-type"] === "application/json";
      resolve({ status: response.statusCode, body: isJson ? JSON.parse(all) : all });
    });
    call.on("error", reject);
    call.end(body);
  });
  return { child, ended, tmp, request, state: async () => (await request("GET", "/health")).body.state };
}

function packed(t, files) {
  const folder = temporary(t);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return execFileSync("tar", ["-cz", "-C", folder, "."]);
}

function unpacked(t, archive) {
  const folder = temporary(t);
  execFileSync("tar", ["-xz", "-C", folder], { input: archive });
  return name => readFileSync(join(folder, name), "utf8");
}

test("code is locked and the lock is installed, each by its own server", async t => {
  const { url } = await registry(t, { left: { "1.0.0": { dependencies: { right: "1" } } }, right: { "1.1.0": {} } });
  const first = await serve(t, url);
  assert.equal(await first.state(), "waiting");
  const locked = await first.request("POST", "/lock", packed(t, { function: 'import x from "npm:left@1"' }));
  assert.equal(locked.status, 200, JSON.stringify(locked.body));
  assert.equal(await first.state(), "done");
  const lock = unpacked(t, locked.body)("lock.json");
  assert.deepEqual(JSON.parse(lock).packages.map(each => each.name), ["left", "right"]);
  const second = await serve(t, url);
  const installed = await second.request("POST", "/install", Buffer.from(lock));
  assert.equal(installed.status, 200, JSON.stringify(installed.body));
  assert.match(unpacked(t, installed.body)("node_modules/right/index.js"), /right 1\.1\.0/);
});

test("an archive names its entry file in a header", async t => {
  const { request } = await serve(t);
  const { status, body } = await request("POST", "/lock", packed(t, { "main.js": "", "package.json": "{" }),
    { "Fob-Environment": "FOB_CODE_ENTRY=main.js" });
  assert.equal(status, 422);
  assert.equal(body.exit, 1);
  assert.ok(body.lines.some(line => line.startsWith("error: package.json cannot be read")), JSON.stringify(body));
});

test("only one step is taken", async t => {
  const { request } = await serve(t);
  assert.equal((await request("POST", "/lock", packed(t, NOTHING))).status, 200);
  const { status, body } = await request("POST", "/install", Buffer.from('{"packages":[]}'));
  assert.deepEqual([status, body.error.reason], [409, "done"]);
});

test("requests that are refused take no step", async t => {
  const { request, state } = await serve(t);
  for (const [expected, method, path, headers] of [
    [401, "POST", "/lock", { Authorization: null }], [401, "POST", "/lock", { Authorization: "Bearer a-toke" }],
    [401, "POST", "/install", { Authorization: "Basic a-token" }],
    [400, "POST", "/lock", { "Fob-Timeout-Ms": null }], [400, "POST", "/lock", { "Fob-Timeout-Ms": "3600001" }],
    [400, "POST", "/lock", { "Fob-Environment": "PATH=/evil" }], [400, "POST", "/lock", { "Fob-Environment": "FOB_X=%00" }],
    [413, "POST", "/lock", { "Content-Length": 2 ** 30 }],
    [411, "POST", "/lock", { "Content-Length": null, "Transfer-Encoding": "chunked" }],
    [404, "POST", "/run", {}], [405, "POST", "/health", {}], [405, "GET", "/lock", {}], [404, "GET", "/", {}],
  ]) {
    const { status, body } = await request(method, path, undefined, headers);
    assert.equal(status, expected, JSON.stringify(body));
    assert.ok(body.error.message && !body.error.message.includes(TOKEN));
  }
  assert.equal(await state(), "waiting");
});

/** The processes with this text in their command line. */
function running(text) {
  return readdirSync("/proc").filter(pid => /^\d+$/.test(pid)).filter(pid => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(text);
    } catch {
      return false;
    }
  });
}

test("a step over its time ends with all its processes", async t => {
  const mark = join(temporary(t), "mark");
  const script = `touch ${mark}; sleep 47.4212`;
  const { url } = await registry(t, { slow: { "1.0.0": { scripts: { install: script } } } });
  const lock = unpacked(t, (await (await serve(t, url)).request("POST", "/lock", packed(t, { function: 'import "npm:slow@1"' }))).body)("lock.json");
  const { request } = await serve(t, url);
  const { status, body } = await request("POST", "/install", Buffer.from(lock), { "Fob-Timeout-Ms": "15000" });
  assert.deepEqual([status, body.exit], [504, null], JSON.stringify(body));
  assert.ok(existsSync(mark), "the script has run");
  const end = Date.now() + 10_000; // a process that was killed is gone some moments later
  while (running("47.4212").length > 0 && Date.now() < end) await setTimeout(10);
  assert.deepEqual(running("47.4212"), []);
});

test("the scripts of packages find no token", async t => {
  const script = "! grep -qs FOB_INSTAL[L] /proc/self/environ && ! grep -qs a-[t]oken /proc/$PPID/environ /proc/[0-9]*/environ";
  const { url } = await registry(t, { curious: { "1.0.0": { scripts: { install: script } } } });
  const lock = unpacked(t, (await (await serve(t, url)).request("POST", "/lock", packed(t, { function: 'import "npm:curious@1"' }))).body)("lock.json");
  const { status, body } = await (await serve(t, url)).request("POST", "/install", Buffer.from(lock));
  assert.equal(status, 200, JSON.stringify(body));
});

test("SIGTERM ends it and leaves no file", async t => {
  const { child, ended, tmp } = await serve(t);
  child.kill("SIGTERM");
  assert.equal(await ended, 0);
  assert.deepEqual(readdirSync(tmp), []);
});

test("wrong settings are named", async t => {
  const child = spawn(process.execPath, [INSTALL, "serve"], { env: { FOB_LISTEN: "unix:/x" }, stdio: ["ignore", "ignore", "pipe"] });
  const said = Buffer.concat(await child.stderr.toArray()).toString();
  assert.match(said, /FOB_LISTEN is 'unix:\/x', expected tcp:HOST:PORT; FOB_INSTALL_TOKEN_SHA256/);
});
