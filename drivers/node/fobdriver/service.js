// Answers /health, /schema, /init and /run.
import { readFileSync } from "node:fs";
import * as answers from "./answers.js";
import { CANNOT_SERVE } from "./calls.js";
import { Failure, listed, ofDriver } from "./failure.js";
import { Response } from "./http1.js";
import { events, log } from "./output.js";
import { readCall, readInit } from "./reading.js";
import { schemaOf } from "./schema.js";
import { placeOfSyntaxError } from "./syntax.js";

const ENTRY_POINT = "callme";
const LARGEST_SCHEMA = 64 * 1024;
const [STARTING, WAITING, READY, FAILED, DRAINING] = ["starting", "waiting", "ready", "failed", "draining"];
const ADVICE = {
  busy: "as many calls as FOB_CONCURRENCY allows are running: try again shortly, or start more instances",
  draining: "this process finishes its calls and ends: send the call to another instance",
};

/** The state changes from starting to waiting, ready or failed, and from waiting to ready or failed. */
export class Service {
  #calls;
  #host;
  #check;
  #state = STARTING;
  #initialized = false; // an /init has begun
  #signature = null;
  #describe = null; // makes the schema
  #failure = null;
  #routes = {
    "/run": ["POST", (request, reply) => this.#run(request, reply)],
    "/health": ["GET", (request, reply) => reply(this.#health())],
    "/schema": ["GET", (request, reply) => reply(this.#schema())],
    "/init": ["POST", (request, reply) => this.#init(request, reply)],
  };

  /** `load(code, entryPoint)` returns a promise of the signature. `check` throws if the driver's descriptors have gone. */
  constructor(calls, host, check) {
    this.#calls = calls;
    this.#host = host;
    this.#check = check;
    this.init = null; // set by main: loads the code of an /init request
  }

  get starting() {
    return this.#state === STARTING;
  }

  waitForInit() {
    this.#state = WAITING;
  }

  /** Loads the function. `prepare` returns a promise of what the host loads. Returns a promise of the failure or null. */
  async load(prepare, entryPoint = ENTRY_POINT) {
    let failure = null, what = null;
    try {
      what = await prepare();
      const source = readFileSync(what.entry, "utf8"); // now, because the function may change its files
      const signature = this.#signature = await this.#host.load(what, entryPoint);
      this.#describe = () => schemaOf(signature, source, entryPoint);
      this.#check();
    } catch (error) {
      failure = error instanceof Failure ? error : ofDriver(502, "failed", error);
      if (failure !== error) log.say(error?.stack);
      if (failure.lacksPlace) failure.error.stack = await placeOfSyntaxError(what).catch(() => []);
    }
    this.#failure = failure;
    this.#state = failure ? FAILED : READY;
    if (failure) {
      log.say("the function failed to load:");
      log.report(failure.error);
      events.emit("failed", { error: failure.error });
      this.#host.stop(); // nothing of it is needed any more
    } else events.emit("ready");
    return failure;
  }

  handle(request, reply) {
    const [method, respond] = this.#routes[request.path] ?? [];
    try {
      if (!method) {
        throw new Failure(404, "not-found",
          `there is no ${request.path} here, only ${Object.keys(this.#routes).join(", ")}`);
      }
      if (method !== request.method) {
        throw new Failure(405, "method-not-allowed", `${request.path} takes ${method}, not ${request.method}`);
      }
      respond(request, reply);
    } catch (error) {
      const failure = error instanceof Failure ? error : ofDriver(500, "driver-error", error);
      if (failure !== error) log.say(error?.stack);
      const response = answers.ofFailure(failure, request.requestId);
      if (failure.status === 405) {
        response.headers += `Allow: ${method}\r\n`;
        response.close = true; // HEAD expects no body, so the connection ends here
      }
      reply(response);
    }
  }

  #health() {
    if (this.#calls.draining) {
      return answers.json(503, { state: DRAINING, error: refusal(DRAINING).error }, "", true);
    }
    if (this.#state === READY || this.#state === WAITING) return answers.json(200, { state: this.#state });
    return answers.json(503, { state: this.#state, error: this.#unavailable().error });
  }

  #schema() {
    if (this.#state !== READY) throw this.#unavailable();
    const answer = answers.json(200, this.#describe());
    if (Buffer.byteLength(answer.body) <= LARGEST_SCHEMA) return answer;
    throw new Failure(404, "no-schema", `the function's schema has more than ${LARGEST_SCHEMA} bytes`);
  }

  #init(request, reply) {
    const init = readInit(request);
    if (this.#state !== WAITING || this.#initialized) {
      throw new Failure(403, "already-initialized", "cannot initialize more than once");
    }
    this.#initialized = true;
    this.#finishInit(init).then(reply);
  }

  async #finishInit({ main, ...init }) {
    let what;
    try {
      what = await this.init(init);
    } catch (error) {
      if (error.status === 400) {
        this.#initialized = false;
        return answers.ofFailure(error);
      }
      what = Promise.reject(error);
    }
    const failure = await this.load(() => what, main ?? ENTRY_POINT);
    return failure ? answers.ofFailure(failure) : answers.json(200, { ok: true });
  }

  #run(request, reply) {
    const { text, value, logBytes, deadline, traceparent, tracestate } = readCall(request);
    const signature = this.#signature;
    if (this.#state !== READY) throw this.#unavailable();
    const type = request.headers["content-type"];
    const takesType = !signature.allowed || signature.allowed.includes("content_type");
    const names = value ? Object.keys(value) : takesType ? ["body", "content_type"] : ["body"];
    checkNames(signature, names);
    const { requestId } = request;
    const call = {
      requestId, text, logBytes, deadline, traceparent, tracestate, body: value ? null : request.body,
      type: takesType ? type : null,
    };
    const refused = this.#calls.begin(call);
    if (refused) throw refusal(refused);
    call.answer = (status, body) => {
      this.#calls.end(call);
      reply(new Response(status, body, answers.naming(requestId), false, () => this.#calls.sent()));
    };
    this.#host.run(call);
  }

  /** Returns why there is no function to call. */
  #unavailable() {
    if (this.#calls.draining === CANNOT_SERVE) return refusal(DRAINING);
    if (this.#state === FAILED) {
      const failure = new Failure(503, FAILED, "");
      failure.error = this.#failure.error;
      return failure;
    }
    if (this.#state === WAITING) {
      return new Failure(503, "not-initialized", "there is no function yet: send its code to /init first");
    }
    return new Failure(503, STARTING, "the function is being loaded: try again shortly");
  }
}

function refusal(reason) {
  return new Failure(reason === "busy" ? 429 : 503, reason, ADVICE[reason]);
}

function checkNames({ allowed, required, expected }, names) {
  const given = new Set(names);
  const missing = required.filter(name => !given.has(name));
  const known = new Set(allowed);
  const unexpected = allowed ? names.filter(name => !known.has(name)) : [];
  if (!missing.length && !unexpected.length) return;
  const problems = [];
  if (missing.length) problems.push(`missing ${listed(missing.sort())}`);
  if (unexpected.length) problems.push(`unexpected ${listed(unexpected.sort())}`);
  throw new Failure(422, "bad-parameters", `${problems.join("; ")}: the function is ${expected}`,
    { type: "TypeError", missing, unexpected, expected });
}
