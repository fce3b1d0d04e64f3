// Archives, layers and secrets.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { start, startProcess } from "./harness.js";
import { serve } from "./server.js";

const FILES = {
  "main.js": 'import {greet} from "./lib/greet.js"; import fs from "node:fs";\nexport const callme = ({name}) => greet(name) + fs.readFileSync(new URL("./data.txt", import.meta.url), "utf8");',
  "lib/greet.js": 'export function greet(name) {\n  if (!name) throw new Error("no name");\n  return `Hello, ${name}`;\n}',
  "data.txt": "!",
};

function folderOf(t, files) {
  const folder = mkdtempSync(join(tmpdir(), "fob-files-"));
  t.after(() => rmSync(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

function tarOf(t, files, change = () => {}) {
  const folder = folderOf(t, files);
  change(folder);
  const out = join(folderOf(t, {}), "a.tar.gz");
  execFileSync("tar", ["-czf", out, "-C", folder, "."]);
  return out;
}

const startArchive = async (t, path, entry, env = {}) => {
  const driver = startProcess(t, null, { FOB_CODE_URL: `file://${path}`, FOB_CODE_ENTRY: entry, ...env });
  await driver.events.waitFor('"event"');
  return driver;
};

test("an archive's entry imports modules beside it and reads data, and its stacks name its files", async t => {
  const driver = await startArchive(t, tarOf(t, FILES), "main.js");
  assert.equal((await driver.run({ name: "Ann" })).result, "Hello, Ann!");
  const { error } = await driver.run({ name: "" });
  assert.deepEqual(error.stack.slice(0, 2), ["  at greet (lib/greet.js:2:20)", '    if (!name) throw new Error("no name");']);
});

test("package.json decides as in Node: its type, and its main if it is the entry", async t => {
  const common = tarOf(t, { "package.json": '{"main": "./src/app"}', "src/app.js": "exports.callme = () => 'common'" });
  assert.equal((await (await startArchive(t, common, "package.json")).run()).result, "common");
  const module = tarOf(t, { "app/package.json": '{"type": "module"}', "app/index.js": "export const callme = () => 'module'" });
  assert.equal((await (await startArchive(t, module, "app")).run()).result, "module");
});

test("long names and many kinds of entries are understood", async t => {
  const long = `${"d".repeat(90)}/${"e".repeat(90)}/f.js`;
  const driver = await startArchive(t, tarOf(t, { "main.mjs": `export {callme} from "./${long}";`, [long]: "export const callme = () => 1", "package.json": '{"type":"module"}' }), "main.mjs");
  assert.equal((await driver.run()).result, 1);
});

test("a syntax error in another file of the archive is found", async t => {
  const driver = await startArchive(t, tarOf(t, { ...FILES, "lib/greet.js": "export const x = 1;\nexport const greet = (: 1;" }), "main.js");
  const { error } = await driver.event("failed");
  assert.deepEqual(error.stack.slice(0, 2), ["  at lib/greet.js:2", "    export const greet = (: 1;"]);
});

test("archives that cannot be used say why", async t => {
  const link = tarOf(t, FILES, folder => symlinkSync("/etc/passwd", join(folder, "link")));
  const outside = join(folderOf(t, { "main.js": "" }), "main.js");
  const evil = join(folderOf(t, {}), "evil.tar.gz");
  execFileSync("tar", ["-czPf", evil, "--transform", "s,.*,../evil.js,", outside]);
  const broken = join(folderOf(t, { "b.tar.gz": readFileSync(link).subarray(0, 100) }), "b.tar.gz");
  for (const [path, entry, message] of [[link, "main.js", "it has a link"], [evil, "main.js", "outside of its folder"],
    [broken, "main.js", "the archive cannot be used"], [outside, "main.js", "not a gzipped tar archive"],
    [tarOf(t, FILES), "other.js", 'it has no file "other.js"'],
    [tarOf(t, FILES, folder => writeFileSync(join(folder, "large"), Buffer.alloc((64 << 20) + 1))), "main.js", "more than 64 MiB"]]) {
    const { error } = await (await startArchive(t, path, entry)).event("failed");
    assert.ok(error.message.includes(message), error.message);
  }
});

test("an init may carry a zip or a tar archive, and its entry is found", async t => {
  const folder = folderOf(t, FILES);
  execFileSync("python3", ["-c", "import sys, zipfile, os\nz = zipfile.ZipFile('a.zip', 'w', zipfile.ZIP_DEFLATED)\nfor n in ('main.js', 'lib/greet.js', 'data.txt'): z.write(n)"], { cwd: folder });
  for (const path of [join(folder, "a.zip"), tarOf(t, FILES)]) {
    const driver = await start(t);
    assert.equal((await driver.init({ code: "bm8gYXJjaGl2ZQ==", binary: true })).status, 400);
    const answer = await driver.init({ code: readFileSync(path).toString("base64"), binary: true });
    assert.deepEqual(answer.json, { ok: true });
    assert.equal((await driver.run({ name: "Ann" })).result, "Hello, Ann!");
  }
});

const LAYER = {
  "node_modules/left/package.json": '{"name": "left", "main": "l.js"}', "node_modules/left/l.js": "module.exports = n => n + require('right')",
  "node_modules/right/index.js": "module.exports = '!'", "node_modules/@s/p/sub.js": "module.exports = 'sub'",
};
const USES_LAYER = 'import left from "npm:left@1.3.0"; import sub from "npm:@s/p@^2/sub.js";\nexport function callme({n}) { if (n === null) throw new Error("x"); return left(n) + sub; }';

test("a layer is found by npm: specifiers and by plain names, in place or fetched", async t => {
  const folder = folderOf(t, LAYER);
  const driver = await start(t, USES_LAYER, { FOB_LAYER_URL: `file://${folder}` });
  assert.equal((await driver.run({ n: "a" })).result, "a!sub");
  assert.deepEqual((await driver.run({ n: null })).error.stack[0].slice(0, 26), "  at callme (function.js:2:".slice(0, 26));
  const common = await start(t, "const left = require('npm:left'); exports.callme = () => left('c')", { FOB_LAYER_URL: `file://${folder}` });
  assert.equal((await common.run()).result, "c!");
  const archive = readFileSync(tarOf(t, LAYER, folder => symlinkSync("../left/l.js", join(folder, "node_modules/right/link.js"))));
  const { url, tokens } = await serve(t, [200, archive]);
  const fetched = await start(t, USES_LAYER, { FOB_LAYER_URL: url, FOB_CODE_TOKEN: "t", FOB_LAYER_SHA256: createHash("sha256").update(archive).digest("hex") });
  assert.equal((await fetched.run({ n: "a" })).result, "a!sub");
  assert.deepEqual(tokens, ["Bearer t"]);
  const inArchive = await startArchive(t, tarOf(t, { "main.js": "exports.callme = () => require('left')('d')" }), "main.js", { FOB_LAYER_URL: `file://${folder}` });
  assert.equal((await inArchive.run()).result, "d!");
});

test("a layer with another checksum is refused", async t => {
  const { url } = await serve(t, [200, "x"]);
  const { error } = await (await start(t, USES_LAYER, { FOB_LAYER_URL: url, FOB_LAYER_SHA256: "0".repeat(64) })).event("failed");
  assert.match(error.message, /^the layer at .* is not what was registered/);
});

test("a layer with a link that leads out of it is refused", async t => {
  const archive = readFileSync(tarOf(t, LAYER, folder => symlinkSync("../../../x", join(folder, "node_modules/right/link.js"))));
  const { url } = await serve(t, [200, archive]);
  assert.match((await (await start(t, USES_LAYER, { FOB_LAYER_URL: url })).event("failed")).error.message, /it has a link/);
});

test("secrets are set as variables, and never told", async t => {
  const code = "exports.callme = () => [process.env.KEY, process.env.OTHER ?? null]";
  const folder = folderOf(t, { KEY: "s3cret\n", OTHER: "x" });
  const driver = await start(t, code, { FOB_SECRETS_URL: `file://${folder}`, FOB_SECRET_ENV: "KEY" });
  assert.deepEqual((await driver.run()).result, ["s3cret\n", null]);
  const { url, tokens } = await serve(t, [200, '{"KEY":"s3cret","OTHER":"y"}']);
  const fetched = await start(t, code, { FOB_SECRETS_URL: url, FOB_SECRET_ENV: "KEY,OTHER", FOB_CODE_TOKEN: "t" });
  assert.deepEqual([(await fetched.run()).result, tokens], [["s3cret", "y"], ["Bearer t"]]);
  const missing = await start(t, code, { FOB_SECRETS_URL: `file://${folder}`, FOB_SECRET_ENV: "KEY,NONE" });
  assert.match((await missing.event("failed")).error.message, /the secrets NONE of FOB_SECRET_ENV are not there/);
  for (const each of [driver, fetched, missing]) assert.ok(!each.log.all.join().includes("s3cret"));
});
