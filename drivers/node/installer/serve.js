// The command `serve`: takes one step over HTTP, for platforms that cannot mount folders.
import { createHash, timingSafeEqual } from "node:crypto";
import { createReadStream, createWriteStream, mkdtempSync, rmSync, statSync } from "node:fs";
import http from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { Problem } from "./problem.js";
import { Step } from "./step.js";

const MOST_BYTES = 96 << 20;
const MOST_CONNECTIONS = 32;
const LONGEST_MS = 3_600_000;
const HEAD_MS = 30_000;
const BODY_MS = 300_000;

class Refusal extends Error {
  constructor(status, reason, message) {
    super(message);
    Object.assign(this, { status, reason });
  }
}

/** Serves until it is killed. */
export function serve(environment) {
  const address = environment.FOB_LISTEN || "tcp:0.0.0.0:8080", token = environment.FOB_INSTALL_TOKEN_SHA256 ?? "";
  const listen = /^tcp:(.+):(\d{1,5})$/.exec(address);
  const wrong = listen ? [] : [`FOB_LISTEN is '${address}', expected tcp:HOST:PORT`];
  if (!/^[0-9a-f]{64}$/.test(token)) {
    wrong.push("FOB_INSTALL_TOKEN_SHA256 must be the SHA-256 of a token, 64 digits of 0-9 and a-f");
  }
  if (wrong.length) {
    process.exitCode = 2;
    throw new Problem(`error: ${wrong.join("; ")}`);
  }
  const folder = mkdtempSync(join(tmpdir(), "fob-step-"));
  const step = new Step(folder);
  const server = http.createServer({ headersTimeout: HEAD_MS, requestTimeout: BODY_MS, keepAliveTimeout: 1 },
    (request, response) => handle(request, response, { token, folder, step }).catch(error => {
      if (!(error instanceof Refusal)) {
        process.stderr.write(`a request failed: ${error.message}\n`);
        return response.destroy();
      }
      request.resume(); // a client that is still writing would not see the answer otherwise
      answer(response, error.status, { error: { reason: error.reason, message: error.message } });
    }));
  server.maxConnections = MOST_CONNECTIONS;
  process.on("SIGTERM", () => {
    step.kill();
    rmSync(folder, { recursive: true, force: true });
    process.exit(0);
  });
  server.listen(Number(listen[2]), listen[1].replace(/^\[|\]$/g, ""), () => {
    process.stdout.write(`${JSON.stringify({ event: "listening", port: server.address().port })}\n`);
  });
}

async function handle(request, response, { token, folder, step }) {
  const { method, url, headers } = request;
  if (method === "GET" && url === "/health") return answer(response, 200, { state: step.state });
  if (["/health", "/lock", "/install"].includes(url) && method !== (url === "/health" ? "GET" : "POST")) {
    throw new Refusal(405, "method-not-allowed", `${method} is not allowed for ${url}`);
  }
  if (url !== "/lock" && url !== "/install") {
    throw new Refusal(404, "not-found", "expected GET /health, POST /lock or POST /install");
  }
  const { limit, variables } = checked(headers, token);
  const body = join(folder, `body-${Math.random()}`);
  await pipeline(request, createWriteStream(body));
  if (!step.take()) {
    throw new Refusal(409, "done", "this installer has its one step already: start another one");
  }
  const { exit, lines } = await step.run(url.slice(1), body, variables, limit);
  if (exit !== 0) return answer(response, exit === null ? 504 : 422, { exit, lines });
  response.writeHead(200, { "Content-Type": "application/gzip", "Content-Length": statSync(step.archive).size, Connection: "close" });
  await pipeline(createReadStream(step.archive), response);
}

/** Checks the head of a request for a step. */
function checked(headers, sha256) {
  const [kind, bearer = ""] = (headers.authorization ?? "").split(/ (.*)/s);
  const digest = createHash("sha256").update(bearer).digest();
  if (!timingSafeEqual(digest, Buffer.from(sha256, "hex")) || kind !== "Bearer") {
    throw new Refusal(401, "unauthorized",
      "expected Authorization: Bearer, with the token whose SHA-256 is in FOB_INSTALL_TOKEN_SHA256");
  }
  const length = headers["content-length"];
  if (length === undefined) throw new Refusal(411, "bad-request", "expected a body with a Content-Length");
  if (Number(length) > MOST_BYTES) {
    throw new Refusal(413, "bad-request", `the body has ${length} bytes, the limit is ${MOST_BYTES}`);
  }
  const limit = Number(headers["fob-timeout-ms"]);
  if (!Number.isInteger(limit) || limit < 1 || limit > LONGEST_MS) {
    throw new Refusal(400, "bad-request", `expected Fob-Timeout-Ms: 1 to ${LONGEST_MS}`);
  }
  const variables = Object.fromEntries(new URLSearchParams(headers["fob-environment"] ?? ""));
  for (const [name, value] of Object.entries(variables)) {
    if (!/^FOB_[A-Z0-9_]+$/.test(name) || value.includes("\0")) {
      throw new Refusal(400, "bad-request",
        `Fob-Environment has '${name}', expected names such as FOB_CODE_ENTRY and values without NUL`);
    }
  }
  return { limit, variables };
}

function answer(response, status, value) {
  const body = JSON.stringify(value);
  response.writeHead(status, { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(body), Connection: "close" });
  response.end(body);
}
