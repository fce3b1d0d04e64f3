// Fetches code, layers and secrets to files, and verifies their checksums.
import { createHash } from "node:crypto";
import { closeSync, createReadStream, openSync, statSync, writeSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Failure } from "./failure.js";

const FIRST_PAUSE_MS = 100;

/**
 * Returns a promise of a path that holds what the URL names: the file itself, or a copy at `target`.
 * `what` has `name` (for messages), `url`, `sha256`, `token`, `mostBytes` and `deadlineMs`.
 */
export async function fetchFile(what, target) {
  const path = what.url.startsWith("file:") ? pathOf(what.url) : await download(what, target);
  let size, sha256;
  try {
    size = statSync(path).size;
    if (what.sha256 && size <= what.mostBytes) sha256 = await hashOf(path);
  } catch (error) {
    throw notAvailable(`${what.name} at ${what.url} cannot be read: ${reasonOf(error)}`);
  }
  if (size > what.mostBytes) throw tooLarge(what);
  if (what.sha256 && sha256 !== what.sha256) {
    throw notAvailable(`${what.name} at ${what.url} is not what was registered: its SHA-256 is ${sha256}, `
      + `expected ${what.sha256}`);
  }
  return path;
}

export function pathOf(url) {
  const path = url.slice("file:".length);
  return fileURLToPath(path.startsWith("//") ? url : `file://${path}`);
}

export function notAvailable(message) {
  return new Failure(502, "failed", message, { type: "CodeNotAvailable" });
}

function reasonOf(error) {
  return { ENOENT: "No such file or directory", EACCES: "Permission denied" }[error.code] ?? error.message;
}

function tooLarge({ name, url, mostBytes }) {
  return notAvailable(`${name} at ${url} is larger than ${mostBytes} bytes`);
}

async function hashOf(path) {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest("hex");
}

/** Tries again until the deadline, because the server may be restarting. A 4xx other than 429 is final. */
async function download(what, target) {
  const deadline = performance.now() + what.deadlineMs;
  for (let pause = FIRST_PAUSE_MS; ; pause *= 2) {
    let problem, final = false;
    try {
      const status = await get(what, target, deadline);
      if (status === 200) return target;
      problem = `HTTP status ${status}`;
      final = status < 500 && status !== 429;
    } catch (error) {
      if (error instanceof Failure) throw error;
      problem = `${error.code ?? error.name}: ${error.message}`;
    }
    if (final || performance.now() + pause > deadline) {
      throw notAvailable(`${what.name} at ${what.url} cannot be fetched: ${problem}`);
    }
    await new Promise(resolve => setTimeout(resolve, pause));
  }
}

/** Follows no redirects, which would send the token to another server. Returns the status. */
async function get(what, target, deadline) {
  const { get: request } = await import(what.url.startsWith("https:") ? "node:https" : "node:http");
  const headers = what.token ? { Authorization: `Bearer ${what.token}` } : {};
  const signal = AbortSignal.timeout(Math.max(1, Math.ceil(deadline - performance.now())));
  const response = await new Promise((resolve, reject) => {
    request(what.url, { headers, signal, agent: false }, resolve).on("error", reject);
  });
  if (response.statusCode !== 200) {
    response.destroy();
    return response.statusCode;
  }
  const fd = openSync(target, "w", 0o600);
  try {
    let size = 0;
    for await (const chunk of response) {
      size += chunk.length;
      if (size > what.mostBytes) throw tooLarge(what);
      for (let at = 0; at < chunk.length;) at += writeSync(fd, chunk, at);
    }
  } finally {
    closeSync(fd);
    response.destroy();
  }
  return 200;
}
