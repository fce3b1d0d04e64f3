// What programs do every day: prints the names of the parts that do not work, then "done".
import assert from 'node:assert';
import { execFileSync, spawnSync } from 'node:child_process';
import crypto from 'node:crypto';
import dns from 'node:dns/promises';
import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import zlib from 'node:zlib';
import { Worker } from 'node:worker_threads';

const parts = {
  async workers() {
    const source = 'require("node:worker_threads").parentPort.postMessage(6 * 7)';
    const found = await Promise.all(
      [1, 2].map(() => new Promise((resolve, reject) => {
        new Worker(source, { eval: true }).once('message', resolve).once('error', reject);
      })));
    assert.deepStrictEqual(found, [42, 42]);
  },
  async files() {
    const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'n'));
    await fs.promises.writeFile(path.join(dir, 'a'), 'x'.repeat(100000));
    await fs.promises.copyFile(path.join(dir, 'a'), path.join(dir, 'b'));
    fs.renameSync(path.join(dir, 'b'), path.join(dir, 'c'));
    assert.deepStrictEqual(fs.readdirSync(dir).sort(), ['a', 'c']);
    fs.watch(dir).close();
    fs.rmSync(dir, { recursive: true });
  },
  async children() {
    assert.strictEqual(execFileSync('sh', ['-c', 'echo a | tr a b'], { encoding: 'utf8' }), 'b\n');
    const child = spawnSync(process.execPath, ['-e', 'console.log(1 + 1)'], { encoding: 'utf8' });
    assert.strictEqual(child.stdout, '2\n', child.stderr);
  },
  async secrets() {
    const hash = crypto.createHash('sha256').update('a').digest('hex');
    assert.ok(hash.startsWith('ca978112ca1bbdca'));
    assert.strictEqual(crypto.randomBytes(16).length, 16);
    await new Promise((resolve, reject) =>
      crypto.generateKeyPair('ec', { namedCurve: 'P-256' }, (e) => (e ? reject(e) : resolve())));
  },
  async compression() {
    assert.strictEqual(zlib.gunzipSync(zlib.gzipSync('abc')).toString(), 'abc');
  },
  async sockets() {
    const server = http.createServer((_, reply) => reply.end('hello'));
    const socket = path.join(os.tmpdir(), 's.sock');
    await new Promise((resolve) => server.listen(socket, resolve));
    const text = await new Promise((resolve, reject) => {
      http.get({ socketPath: socket, path: '/' }, (reply) => {
        reply.setEncoding('utf8').once('data', resolve);
      }).once('error', reject);
    });
    server.close();
    assert.strictEqual(text, 'hello');
  },
  async compiledCode() {
    let sum = 0;
    for (let i = 0; i < 3e6; i++) sum = (sum + i * 7) % 1000003;
    assert.ok(sum >= 0);
    const wasm = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]);
    await WebAssembly.compile(wasm);
  },
  async memory() {
    const kept = [];
    for (let i = 0; i < 200; i++) kept[i % 10] = new Array(20000).fill(i);
    assert.strictEqual(kept.length, 10);
  },
  async names() {
    await dns.lookup('127.0.0.1');
    assert.ok(os.cpus().length >= 0 && os.hostname());
    process.getuid();
  },
};
for (const [name, part] of Object.entries(parts)) {
  try {
    await part();
  } catch (error) {
    console.log(name + ': ' + error);
  }
}
console.log('done');
