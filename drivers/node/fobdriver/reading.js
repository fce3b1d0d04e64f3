// Parses the bodies of requests and refuses invalid ones.
import { Failure } from "./failure.js";
import { isRequestId, requestIdIn } from "./http1.js";
import { parse } from "./jsontext.js";
import { isPath } from "./settings.js";

const MOST_LOG_BYTES = 65536;
const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(-[!-~]{0,60})?$/;
const TRACESTATE = /^[ -~]{1,512}$/;
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Returns {text, value} of a JSON body, or {} if the body itself is the parameter, and logBytes, deadline,
 * traceparent and tracestate. Reads the request id
 * first, so that even the response to a wrong request names it.
 */
export function readCall(request) {
  const { headers } = request;
  request.requestId = requestIdIn(headers);
  if (request.requestId === null && "fob-request-id" in headers) throw badId();
  const type = headers["content-type"];
  if (type && type.split(";", 1)[0].trim().toLowerCase() !== "application/json") {
    return { logBytes: wantedLog(undefined, headers), ...contextOf({}, headers) };
  }
  const [text, call] = jsonObject(request.body);
  const id = call.request_id;
  if (id) {
    if (!isRequestId(id)) throw badId();
    request.requestId = id;
  }
  return { text, value: valueOf(call), logBytes: wantedLog(call.log_bytes, headers), ...contextOf(call, headers) };
}

/** Returns what the function can read about its call. What is missing or malformed is undefined. */
function contextOf(call, headers) {
  const header = headers["fob-deadline"];
  const deadline = call.deadline ?? (header && /^[0-9]{1,15}$/.test(header) ? +header : undefined);
  const traceparent = call.traceparent ?? headers.traceparent;
  const tracestate = call.tracestate ?? headers.tracestate;
  const isTraced = isTraceparent(traceparent);
  return {
    deadline: Number.isSafeInteger(deadline) ? deadline : undefined,
    traceparent: isTraced ? traceparent : undefined,
    tracestate: isTraced && typeof tracestate === "string" && TRACESTATE.test(tracestate) ? tracestate : undefined,
  };
}

/** Only a version after 00 may have further fields. */
function isTraceparent(text) {
  const match = typeof text === "string" && TRACEPARENT.exec(text);
  return Boolean(match) && (match[1] === undefined || !text.startsWith("00"));
}

/** Returns {code, main, binary, env, entry}. */
export function readInit(request) {
  const { code, main, binary = false, env, entry } = valueOf(jsonObject(request.body)[1]);
  if (typeof code !== "string" || !["string", "undefined"].includes(typeof (main ?? undefined))) {
    throw badRequest("value.code must be the source text, and value.main the name of a function");
  }
  if (typeof (binary ?? false) !== "boolean") throw badRequest("value.binary must be true or false");
  if (env && (typeof env !== "object" || Array.isArray(env) || !Object.entries(env).every(isVariable))) {
    throw badRequest("value.env must be an object of names and texts");
  }
  if (entry && (typeof entry !== "string" || !isPath(entry))) {
    throw badRequest("value.entry must be the path of a file in the archive, without '..', such as src/index.js");
  }
  if (entry && !binary) throw badRequest("value.entry names a file of an archive, and value.binary is not true");
  return { code, main: main || null, binary: Boolean(binary), env: env || {}, entry: entry || null };
}

export function badRequest(message) {
  return new Failure(400, "bad-request", message);
}

function badId() {
  // it begins log lines
  return badRequest("request_id must be 1 to 200 visible ASCII characters without spaces");
}

function jsonObject(body) {
  let text, value;
  try {
    text = utf8.decode(body);
    value = parse(text);
  } catch (error) {
    throw badRequest(`the body is not JSON: ${error.message}`);
  }
  if (!isObject(value)) throw badRequest('the body must be a JSON object with the member "value"');
  return [text, value];
}

function valueOf(body) {
  if (!isObject(body.value)) {
    throw badRequest('the member "value" must be an object, such as {"value":{"param1":1}}');
  }
  return body.value;
}

function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isVariable([name, text]) {
  return /^[^=\0]+$/.test(name) && typeof text === "string" && !text.includes("\0");
}

function wantedLog(member, headers) {
  const header = headers["fob-log-bytes"];
  const given = member ?? (header && /^[0-9]{1,5}$/.test(header) ? +header : header ?? 0);
  if (Number.isInteger(given) && given >= 0 && given <= MOST_LOG_BYTES) return given;
  throw badRequest(`log_bytes must be a whole number from 0 to ${MOST_LOG_BYTES}`);
}
