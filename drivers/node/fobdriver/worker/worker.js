// The thread of the function's code. It gets messages from ../host.js: first what to load, then calls.
import { workerData } from "node:worker_threads";
import { Failure, linesOf, ofDriver } from "../failure.js";
import { parse } from "../jsontext.js";
import * as exits from "./exits.js";
import { lacksPlace, ofThrown } from "./failures.js";
import { attempt } from "./foreign.js";
import { load } from "./loading.js";
import { current, flush, report, Scope, takeOver, within } from "./log.js";
import { toJson } from "./result.js";
import { apply, bufferOf, isArray, stringify } from "./safe.js";
import { open, signatureOf } from "./signature.js";
import { setFolder } from "./stack.js";

const { port, logFd } = workerData;
const send = port.postMessage.bind(port);
const StackError = Error;
const STACK_TRACE_LIMIT = 50;
let callee = null;
let settings = null;

/** A running call. It ends once, with the first of a result, an exception, or an error that nobody has caught. */
class Call extends Scope {
  ended = false;

  constructor(number, requestId, logBytes, deadline, traceparent, tracestate) {
    super(requestId, logBytes);
    this.number = number;
    this.deadline = deadline;
    this.traceparent = traceparent;
    this.tracestate = tracestate;
  }

  /** What the function can read about its call. */
  get context() {
    const { deadline, traceparent, tracestate } = this;
    return { requestId: this.requestId === "-" ? undefined : this.requestId, deadline, traceparent, tracestate };
  }

  end(failure, result) {
    if (this.ended) return;
    this.ended = true;
    if (failure) report(this, linesOf(failure.error));
    else flush(this);
    const log = this.logBytes ? `,"log":${stringify(this.tail)}` : "";
    const body = failure ? `{"error":${stringify(failure.error)}${log}}` : `{"result":${result}${log}}`;
    send([this.number, failure ? failure.status : 200, body]);
  }

  fail(thrown) {
    this.end(failureOf(500, "exception", thrown));
  }

  /** Ends the call with what the function has returned. */
  finish(value) {
    let result;
    try {
      result = toJson(value, settings.maxResultBytes);
    } catch (failure) {
      this.end(failure);
      return;
    }
    this.end(null, result);
  }
}

/**
 * `message` is [number, requestId, text, body, type, logBytes, deadline, traceparent, tracestate]; it is not taken
 * apart with an iterator of Array's.
 */
function run(message) {
  const call = new Call(message[0], message[1], message[5], message[6], message[7], message[8]);
  StackError.stackTraceLimit = STACK_TRACE_LIMIT;
  try {
    const params = message[2] === null ? raw(message[3], message[4]) : parse(message[2]).value;
    within(call, () => answer(call, params));
  } catch (error) {
    call.end(ofDriver(500, "driver-error", error));
  }
}

async function answer(call, params) {
  try {
    call.finish(await apply(callee, undefined, [params]));
  } catch (thrown) {
    call.fail(thrown);
  }
}

function raw(bytes, type) {
  const body = bufferOf(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return type ? { body, content_type: type } : { body };
}

async function init({ entryPoint, ...what }) {
  settings = what;
  setFolder(what.folder);
  try {
    callee = await load(what, entryPoint);
    flush(current());
    send({ signature: attempt(() => signatureOf(entryPoint, callee)) ?? open(entryPoint, "…") });
  } catch (thrown) {
    flush(current());
    const { error } = attempt(() => thrown instanceof Failure) ? thrown : failureOf(502, "failed", thrown);
    send({ error, lacksPlace: lacksPlace(thrown, error) });
  }
}

function failureOf(status, reason, thrown) {
  try {
    return ofThrown(status, reason, thrown, settings.network);
  } catch (error) {
    return new Failure(status, reason, "the function failed, and its error cannot be shown", { type: typeof thrown });
  }
}

/** An error that nobody has caught fails its call. It is logged if the call has ended, or if it belongs to none. */
function uncaught(thrown, what) {
  const scope = current();
  if (scope instanceof Call && !scope.ended) scope.fail(thrown);
  else {
    report(scope, [what]);
    report(scope, linesOf(failureOf(500, "exception", thrown).error));
  }
}

StackError.stackTraceLimit = STACK_TRACE_LIMIT;
takeOver(logFd);
exits.takeOver();
Object.defineProperty(globalThis, "fob", {
  value: Object.freeze({ call: () => current().context ?? {} }), configurable: true, writable: true,
});
process.on("uncaughtException", thrown => uncaught(thrown, "an error was thrown and not caught:"));
process.on("unhandledRejection", thrown => uncaught(thrown, "a promise was rejected and nothing has handled it:"));
port.on("message", message => isArray(message) ? run(message) : init(message));
