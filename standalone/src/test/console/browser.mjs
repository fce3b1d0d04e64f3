// A browser and a fob for the tests of the console. FOB_URL is the gateway, CHROMIUM the browser's program.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import net from "node:net";
import { after, before } from "node:test";

// import() does not look into NODE_PATH, and require() does.
const require = createRequire(import.meta.url);
const { chromium } = require("playwright-core");
const axe = require("axe-core");

export const url = process.env.FOB_URL;
const LONGEST_MS = 30_000;

let browser;
before(async () => {
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
});
after(() => browser.close());

/**
 * Opens a page of the console, such as "new". The test fails if the page reports an error.
 *
 * @param violates whether the test breaks the policy of the page on purpose
 */
export async function open(t, path, { base = url, violates = false, ...options } = {}) {
  const context = await browser.newContext({ viewport: { width: 1200, height: 800 }, ...options });
  context.setDefaultTimeout(LONGEST_MS);
  const page = await context.newPage();
  const errors = [];
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("console", (message) => !violates && message.text().includes("Content Security Policy") && errors.push(message.text()));
  await page.goto(`${base}/console#/${path}`);
  t.after(async () => {
    await context.close();
    assert.deepEqual(errors, [], "errors of the page");
  });
  return page;
}

/** Makes a request without a browser; returns the JSON of the reply. */
export async function api(method, path, body, headers = {}) {
  const reply = await fetch(url + path, { method, body, headers });
  const text = await reply.text();
  assert.ok(reply.ok, `${method} ${path}: ${reply.status} ${text}`);
  return text ? JSON.parse(text) : null;
}

/** Registers a Python function and waits until it is ready. */
export function deploy(name, code, settings = "") {
  return api("POST", `/api/gen?name=${name}&lang=python${settings}`, code, { Prefer: "wait=60" });
}

export function call(name, parameters, headers = {}) {
  return api("POST", `/api/call/${name}`, JSON.stringify(parameters), { "Content-Type": "application/json", ...headers });
}

/** Waits until a condition is true. */
export async function until(what, condition) {
  const deadline = Date.now() + LONGEST_MS;
  while (!(await condition())) {
    assert.ok(Date.now() < deadline, `not within ${LONGEST_MS} ms: ${what}`);
    await new Promise((done) => setTimeout(done, 50));
  }
}

/** Replaces the code in the editor. */
export async function write(page, code) {
  await page.locator(".cm-content").click();
  await page.keyboard.press("Control+a");
  await page.keyboard.press("Delete");
  await page.keyboard.insertText(code);
}

/** The serious faults that axe finds. */
export async function faults(page) {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() => globalThis.axe.run({ resultTypes: ["violations"] }));
  return violations
    .filter((each) => ["serious", "critical"].includes(each.impact))
    .map((each) => `${each.id}: ${each.nodes.map((node) => `${node.html} ${node.failureSummary}`).join("; ")}`);
}

/** Stands between the browser and the gateway, and can go away. */
export async function proxy(to) {
  const sockets = new Set();
  const streams = new Set();
  const server = net.createServer((socket) => {
    const other = net.connect(to, "127.0.0.1");
    socket.on("data", (part) => part.includes("GET /api/events") && streams.add(socket)).on("close", () => streams.delete(socket));
    for (const each of [socket, other]) {
      sockets.add(each);
      each.on("close", () => sockets.delete(each)).on("error", () => {});
    }
    socket.pipe(other).pipe(socket);
  });
  const listen = (port) => new Promise((done) => server.listen(port, "127.0.0.1", done));
  await listen(0);
  const { port } = server.address();
  return {
    url: `http://127.0.0.1:${port}`,
    /** How many connections have a stream of events. */
    streams: () => streams.size,
    listen: () => listen(port),
    close: () => new Promise((done) => { server.close(done); sockets.forEach((each) => each.destroy()); }),
  };
}
