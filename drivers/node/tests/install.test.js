// The installer, against a registry of the test's own.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { registry, temporary } from "./registry.js";

const INSTALL = fileURLToPath(new URL("../install.mjs", import.meta.url));
function folderFor(t, code) {
  const root = temporary(t);
  mkdirSync(join(root, "out"));
  mkdirSync(join(root, "code"));
  for (const [name, content] of Object.entries(code)) {
    writeFileSync(join(root, "code", name), typeof content === "string" ? content : JSON.stringify(content));
  }
  return root;
}

async function install(t, action, root, url, entry) {
  const env = { PATH: process.env.PATH, HOME: root, TMPDIR: temporary(t), FOB_NPM_REGISTRY: url };
  const child = spawn(process.execPath, [INSTALL, action, root], { env: { ...env, ...entry && { FOB_CODE_ENTRY: entry } }, stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", text => said += text);
  const code = await new Promise(resolve => child.on("close", resolve));
  return { code, error: /^error: .*$/m.exec(said)?.[0], said };
}

const PACKAGES = {
  left: { "1.0.0": {}, "1.2.0": { dependencies: { right: "^2.0.0" } } }, right: { "1.0.0": {}, "2.1.0": {} },
  peer: { "1.0.0": { peerDependencies: { right: "^1.0.0" } } }, future: { "1.0.0": { engines: { node: ">=99" } } },
};

test("imports of a single file are locked and installed, always the same", async t => {
  const { url } = await registry(t, PACKAGES);
  const root = folderFor(t, { function: 'import left from "npm:left@^1.1";\nimport other from "npm:left@^1.1/index.js";' });
  const lock = async () => {
    const { code, said } = await install(t, "lock", root, url);
    assert.equal(code, 0, said);
    return readFileSync(join(root, "out/lock.json"), "utf8");
  };
  const locked = await lock();
  assert.equal(await lock(), locked);
  assert.deepEqual(JSON.parse(locked).packages.map(({ name, version, hash }) => [name, version, hash.slice(0, 7)]),
    [["left", "1.2.0", "sha512-"], ["right", "2.1.0", "sha512-"]]);
  rmSync(join(root, "out/lock.json"));
  writeFileSync(join(root, "lock.json"), locked);
  const { code, said } = await install(t, "install", root, url);
  assert.equal(code, 0, said);
  assert.equal(readFileSync(join(root, "out/node_modules/right/index.js"), "utf8"), 'module.exports = "right 2.1.0"');
  assert.ok(!existsSync(join(root, "out/package.json")));
});

test("code without dependencies has an empty lock", async t => {
  for (const [code, entry] of [[{ function: "exports.callme = () => 1" }], [{ "main.js": "" }, "main.js"], [{ "package.json": "{}" }, "main.js"]]) {
    const root = folderFor(t, code);
    assert.equal((await install(t, "lock", root, "http://127.0.0.1:1", entry)).code, 0);
    assert.equal(readFileSync(join(root, "out/lock.json"), "utf8"), '{"packages":[]}');
  }
});

test("each problem is told in one sentence", async t => {
  const { url } = await registry(t, PACKAGES);
  const single = range => ({ function: `import x from "npm:${range}"` });
  for (const [code, message, where = url] of [
    [single("nosuch@1"), "error: there is no package nosuch"], [single("left@9"), "error: there is no such version: No matching version found for left@9"],
    [{ function: 'import a from "npm:left@1.0.0"\nimport b from "npm:left@1.2.0"' }, "error: the code imports two versions of left: 1.0.0 in line 1 and 1.2.0 in line 2"],
    [single("left@1"), "error: the registry cannot be reached (ECONNREFUSED)", "http://127.0.0.1:1"],
    [single("future@1"), "error: a package wants another version of Node"],
    [{ "package.json": { dependencies: { peer: "1.0.0", right: "2.1.0" } } }, "error: the versions of the dependencies conflict"],
    [{ "package.json": "{" }, "error: package.json cannot be read"], [{ "package.json": { dependencies: [] } }, 'error: "dependencies" of package.json'],
    [{ "package.json": { engines: { node: ">=99 <100 || 7.x" } } }, "error: the code wants Node >=99 <100 || 7.x"],
    [{ "package.json": { dependencies: { x: "file:../x" } } }, "error: x is to come from file:../x"],
    [{ "package.json": { dependencies: { x: "someone/x" } } }, "error: x is to come from someone/x"],
    [{ "package.json": { dependencies: { left: "1.2.0" } }, "package-lock.json": { lockfileVersion: 3, packages: { "": {} } } }, "error: package-lock.json does not fit package.json"],
  ]) {
    const { code: exit, error, said } = await install(t, "lock", folderFor(t, code), where, "package.json" in code ? "main.js" : undefined);
    assert.equal(exit, 1);
    assert.ok(error?.startsWith(message), said);
  }
});

test("a package.json with a lock of its own is installed as that says", async t => {
  const { url } = await registry(t, PACKAGES);
  const dependencies = { left: "^1.0.0" };
  const integrity = JSON.parse(await (await fetch(`${url}/left`)).text()).versions["1.0.0"].dist.integrity;
  const packages = { "": { dependencies }, "node_modules/left": { version: "1.0.0", resolved: `${url}/left/-/1.0.0.tgz`, integrity } };
  const root = folderFor(t, { "package.json": { dependencies, engines: { node: ">=18" } }, "package-lock.json": { lockfileVersion: 3, packages } });
  const { code, said } = await install(t, "lock", root, url, "main.js");
  assert.equal(code, 0, said);
  assert.deepEqual(JSON.parse(readFileSync(join(root, "out/lock.json"), "utf8")).packages, [{ name: "left", version: "1.0.0", hash: integrity }]);
});

test("a package that has changed since it was locked is refused", async t => {
  const { url, tarballs } = await registry(t, PACKAGES);
  const root = folderFor(t, { function: 'import x from "npm:left@1.0.0"' });
  assert.equal((await install(t, "lock", root, url)).code, 0);
  writeFileSync(join(root, "lock.json"), readFileSync(join(root, "out/lock.json")));
  tarballs.set("/left/-/1.0.0.tgz", tarballs.get("/right/-/1.0.0.tgz"));
  const { code, error, said } = await install(t, "install", root, url);
  assert.equal(code, 1);
  assert.match(error ?? said, /^error: a package has another checksum than the lock says/);
});
