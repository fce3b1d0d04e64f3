// Starts real driver processes on Unix sockets in temporary folders, and calls them.
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import http from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const START = fileURLToPath(new URL("../start.sh", import.meta.url));
const DEADLINE_MS = 20_000;
const JSON_TYPE = { "Content-Type": "application/json; charset=utf-8" };

/** Waits until `find` returns something that is not falsy, and returns it; `changes` tells when to look again. */
function within(find, listen, problem) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(problem())), DEADLINE_MS);
    const look = () => {
      const found = find();
      if (!found) return false;
      clearTimeout(timer);
      resolve(found);
      return true;
    };
    if (!look()) listen(look);
  });
}

/** The lines that a process writes to a pipe. */
class Lines {
  #rest = "";
  #listeners = new Set();
  all = [];

  constructor(stream) {
    stream?.setEncoding("utf8").on("data", text => {
      const lines = (this.#rest + text).split("\n");
      this.#rest = lines.pop();
      this.all.push(...lines);
      for (const listener of this.#listeners) if (listener()) this.#listeners.delete(listener);
    });
  }

  /** Returns a promise of the lines that contain the text, once there are `count` of them. */
  waitFor(text, count = 1) {
    const find = () => {
      const found = this.all.filter(line => line.includes(text));
      return found.length >= count && found;
    };
    return within(find, look => this.#listeners.add(look),
      () => `${count} lines with ${text} were expected, there are: ${this.all.join("\n")}`);
  }

  /** The text of the lines of one request, without time and id. Every line must have both. */
  of(requestId) {
    return this.all.map(line => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z (\S+) (.*)$/s.exec(line) ?? fail(line))
      .filter(match => match[1] === requestId).map(match => match[2]);
  }
}

function fail(line) {
  throw new Error(`a line has no time or request id: ${line}`);
}

class Driver {
  constructor(code, env) {
    this.folder = mkdtempSync(join(tmpdir(), "fob-"));
    this.socket = join(this.folder, "s");
    const all = { PATH: process.env.PATH, TMPDIR: this.folder, FOB_LISTEN: `unix:${this.socket}`, FOLDER: this.folder };
    if (code !== null) {
      writeFileSync(join(this.folder, "code"), code);
      all.FOB_CODE_URL = `file://${this.folder}/code`;
    }
    this.process = spawn("/bin/sh", [START], {
      cwd: this.folder, env: { ...all, ...env }, stdio: ["ignore", "pipe", "pipe"],
    });
    this.events = new Lines(this.process.stdout);
    this.log = new Lines(this.process.stderr);
    this.ended = new Promise(resolve => this.process.on("close", (code, signal) => resolve(signal ?? code)));
    this.agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  }

  async event(name) {
    return JSON.parse((await this.events.waitFor(`"event":"${name}"`))[0]);
  }

  /** Sends a request on the driver's one keep-alive connection, or on one of its own. */
  send(method, path, body, headers = {}, agent = this.agent) {
    return new Promise((resolve, reject) => {
      const request = http.request({ socketPath: this.socket, method, path, headers, agent, timeout: DEADLINE_MS }, response => {
        let text = "";
        response.setEncoding("utf8").on("data", piece => text += piece).on("error", reject).on("end", () => {
          const json = JSON.parse(text);
          resolve({ status: response.statusCode, headers: response.headers, text, json, error: json.error, result: json.result });
        });
      });
      request.on("error", reject).on("timeout", () => request.destroy(new Error(`no answer to ${path} in time`)));
      request.end(body);
    });
  }

  run(params = {}, more = {}, agent = this.agent) {
    return this.send("POST", "/run", JSON.stringify({ value: params, ...more }), JSON_TYPE, agent);
  }

  /** Starts a call on a connection of its own. */
  runApart(params = {}, more = {}) {
    return this.run(params, more, false);
  }

  raw(text) {
    return this.send("POST", "/run", text, JSON_TYPE);
  }

  health() {
    return this.send("GET", "/health", undefined, {}, false);
  }

  init(value) {
    return this.send("POST", "/init", JSON.stringify({ value }));
  }

  makeGate(name) {
    execFileSync("mkfifo", [join(this.folder, name)]);
  }

  /** Releases code that reads FOLDER/name. */
  open(name) {
    writeFileSync(join(this.folder, name), "x");
  }

  terminate() {
    this.process.kill("SIGTERM");
    return this.ended;
  }

  async close() {
    this.agent.destroy();
    this.process.kill("SIGKILL");
    await this.ended;
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Starts a driver, which ends with the test. */
export function startProcess(test, code = null, env = {}) {
  const driver = new Driver(code, env);
  test.after(() => driver.close());
  return driver;
}

/** Starts a driver and waits until it has loaded the code, or has failed to. */
export async function start(test, code = null, env = {}) {
  const driver = startProcess(test, code, env);
  await driver.log.waitFor(" fob: function ");
  if (code !== null) await driver.events.waitFor('"event"');
  return driver;
}

/** Polls until the condition holds. Use it only if there is no event to wait for. */
export async function until(condition) {
  for (const deadline = Date.now() + DEADLINE_MS; !await condition();) {
    if (Date.now() > deadline) throw new Error(`this did not become true in time: ${condition}`);
    await new Promise(resolve => setTimeout(resolve, 5));
  }
}

/** Returns a promise of what a promise of a failing request fails with. */
export function failureOf(promise) {
  return promise.then(answer => { throw new Error(`there was an answer: ${answer.text}`); }, error => error);
}
