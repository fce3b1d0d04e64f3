// HTTP requests of other clients, also invalid ones.
import assert from "node:assert/strict";
import net from "node:net";
import { test } from "node:test";
import { start, until } from "./harness.js";

const ECHO = "export const callme = ({a = 0}) => a";
const HOST = "Host: x\r\n";

function run(body = '{"value":{"a":1}}', headers = "") {
  return `POST /run HTTP/1.1\r\n${HOST}${headers}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

function connect(t, driver) {
  const socket = net.connect({ path: driver.socket, allowHalfOpen: true });
  socket.setEncoding("latin1").on("error", () => {});
  socket.received = "";
  socket.on("data", text => socket.received += text);
  socket.done = new Promise(resolve => socket.on("close", resolve).on("end", resolve));
  t.after(() => socket.destroy());
  return socket;
}

/** Returns all that the driver sends until it closes the connection. */
async function exchange(t, driver, ...pieces) {
  const socket = connect(t, driver);
  for (const piece of pieces) await new Promise(resolve => socket.write(piece, resolve));
  socket.end();
  await socket.done;
  return socket.received;
}

test("requests that arrive together are answered in turn", async t => {
  const driver = await start(t, ECHO);
  const answers = await exchange(t, driver, [0, 1, 2, 3, 4].map(a => run(`{"value":{"a":${a}}}`)).join(""));
  assert.deepEqual(answers.split('{"result":').slice(1).map(part => part[0]), ["0", "1", "2", "3", "4"]);
});

test("a request may arrive byte by byte", async t => {
  assert.match(await exchange(t, await start(t, ECHO), ...run()), /\{"result":1\}$/);
});

test("what okhttp sends is understood, and the answer has no more than it needs", async t => {
  const headers = "Content-Type: application/json; charset=utf-8\r\nConnection: Keep-Alive\r\nAccept-Encoding: gzip\r\n";
  assert.equal(await exchange(t, await start(t, ECHO), run(undefined, headers)),
    'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 12\r\n\r\n{"result":1}');
});

test("close and HTTP/1.0 end the connection", async t => {
  const driver = await start(t, ECHO);
  for (const request of [run(undefined, "Connection: close\r\n"), "GET /health HTTP/1.0\r\n\r\n"]) {
    const socket = connect(t, driver);
    socket.write(request);
    await socket.done; // the driver ends the stream, although the client keeps it open
    assert.match(socket.received, /\r\nConnection: close\r\n\r\n/);
  }
});

test("large bodies are taken up to 8 MiB", async t => {
  const driver = await start(t, ECHO);
  const body = '{"value":{}}';
  assert.match(await exchange(t, driver, run(body + " ".repeat((8 << 20) - body.length))), /\{"result":0\}$/);
  assert.match(await exchange(t, driver, run(body + " ".repeat((8 << 20) + 1 - body.length)).slice(0, 1000)), /^HTTP\/1.1 413 /);
});

test("a client that asks whether to go on is told so", async t => {
  const socket = connect(t, await start(t, ECHO));
  socket.write(`POST /run HTTP/1.1\r\n${HOST}Content-Length: 12\r\nExpect: 100-continue\r\n\r\n`);
  await until(() => socket.received === "HTTP/1.1 100 Continue\r\n\r\n");
  socket.write('{"value":{}}');
  await until(() => socket.received.endsWith('{"result":0}'));
});

test("malformed requests are refused", async t => {
  const driver = await start(t, ECHO);
  const post = `POST /run HTTP/1.1\r\n${HOST}`;
  for (const [status, request] of [
    [400, "hello\r\n\r\n"], [400, "POST /run HTTP/2.0\r\n\r\n"], [400, "\x16\x03\x01\r\n\r\n"], [400, "GET /health HTTP/1.1\r\n\r\n"],
    [400, `GET  /health HTTP/1.1\r\n${HOST}\r\n`], [400, `${post}Content-Length: -1\r\n\r\n`], [400, `${post}Content-Length: 1_0\r\n\r\n`],
    [400, `${post}Content-Length: 5\r\nContent-Length: 6\r\n\r\n`], [400, `${post}Host: y\r\n\r\n`], [400, `${post}Content-Length : 5\r\n\r\n`],
    [400, `${post}A: b\r\n c: d\r\n\r\n`], [400, `${post}A: b\nContent-Length: 5\r\n\r\n`], [400, `${post}A: \0\r\n\r\n`],
    [411, `${post}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n`], [413, `${post}Content-Length: 99999999999999999999\r\n\r\n`],
    [431, `GET /health HTTP/1.1\r\n${"A: b\r\n".repeat(4000)}`], [405, `HEAD /health HTTP/1.1\r\n${HOST}\r\n`],
  ]) {
    const [head, body] = (await exchange(t, driver, request)).split("\r\n\r\n");
    assert.ok(head.startsWith(`HTTP/1.1 ${status} `), `${request.slice(0, 80)}: ${head}`);
    assert.match(head, /\r\nConnection: close/);
    assert.ok(JSON.parse(body).error.message);
  }
  assert.equal((await driver.health()).status, 200);
});

test("bodies that are not calls are refused and the connection stays", async t => {
  const driver = await start(t, ECHO);
  for (const body of ["", "{", "[]", "1", "{}", '{"value":1}', '{"value":[]}', '{"value":{"a":NaN}}', Buffer.from([255]),
    '{"value":{},"request_id":"a b"}', '{"value":{},"request_id":7}', "[".repeat(100_000), `{"value":{"a":${"9".repeat(5000)}}}`,
    '{"value":{"a":1e400}}', '{"value":{"a":[{"b":-1e0999}]}}', '{"value":{}} x', `{"value":{"a":${"9".repeat(400)}.0}}`]) {
    const answer = await driver.raw(body);
    assert.deepEqual([answer.status, answer.error?.reason], [400, "bad-request"], String(body).slice(0, 80));
  }
  assert.equal((await driver.run({ a: 1 })).result, 1);
});

test("other paths and methods are refused", async t => {
  const driver = await start(t, ECHO);
  assert.deepEqual([(await driver.send("GET", "/")).status, (await driver.send("POST", "/run/")).status], [404, 404]);
  assert.equal((await driver.send("GET", "/health?x=1")).status, 200);
  const answer = await driver.send("GET", "/run");
  assert.deepEqual([answer.status, answer.headers.allow], [405, "POST"]);
});

test("silent connections keep no other from being served, and those beyond the bound are answered once or closed", async t => {
  const driver = await start(t, ECHO, { FOB_CONCURRENCY: "200" });
  const silent = [];
  while (silent.length < 512) {
    // Fewer than the driver's backlog at a time: the kernel refuses the connections beyond it.
    silent.push(...Array.from({ length: 64 }, () => connect(t, driver)));
    assert.equal((await driver.health()).status, 200); // sockets are accepted in order, so those are open
  }
  for (const socket of silent.slice(0, 100)) socket.write(run().slice(0, -1));
  let once;
  await until(async () => (once = await driver.send("POST", "/run", '{"value":{"a":1}}', { "Fob-Request-Id": "one-more" }, false)).headers.connection === "close");
  assert.deepEqual([once.result, once.headers["fob-request-id"]], [1, "one-more"]);
  const beyond = Array.from({ length: 20 }, () => connect(t, driver));
  await Promise.any(beyond.map(socket => socket.done));
  for (const socket of silent.slice(0, 100)) socket.write(run().slice(-1));
  await until(() => silent.slice(0, 100).every(socket => socket.received.endsWith('{"result":1}')));
});

test("clients that leave in the middle do no harm", async t => {
  const driver = await start(t, ECHO);
  for (const piece of ["", "POST", run().slice(0, -1)]) assert.equal(await exchange(t, driver, piece), "");
  assert.equal((await driver.run({ a: 1 })).result, 1);
});
