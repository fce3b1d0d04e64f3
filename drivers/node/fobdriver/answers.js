// Makes the responses of the driver itself.
import { Failure, ofDriver } from "./failure.js";
import { Response } from "./http1.js";

export function json(status, value, headers = "", close = false) {
  return new Response(status, JSON.stringify(value), headers, close);
}

/** The header that names the request of a response. */
export function naming(requestId) {
  return requestId ? `Fob-Request-Id: ${requestId}\r\n` : "";
}

export function ofFailure(failure, requestId = null) {
  const { reason } = failure.error;
  const headers = (reason === "busy" ? "Retry-After: 1\r\n" : "") + naming(requestId);
  return json(failure.status, { error: failure.error }, headers, reason === "draining");
}

/** The response to bytes that are not a valid request. */
export function toRefused(refused) {
  const failure = refused.status ? new Failure(refused.status, "bad-request", refused.message)
    : ofDriver(500, "driver-error", refused);
  const answer = ofFailure(failure, refused.requestId);
  answer.close = true;
  return answer;
}
