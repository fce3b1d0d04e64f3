// What the gateway has refused. Used by pages and by the worker that has their streams.

/** A request that the gateway has refused, or that did not reach it. */
export class Problem extends Error {
  /** @param status the HTTP status; 0: the gateway was not reached */
  constructor(status, body) {
    super(body.detail ?? `the gateway answered ${status}`);
    this.status = status;
    this.body = body;
  }

  get reason() {
    return this.body.reason;
  }
}

/** Reads the problem of a reply. */
export async function problemOf(response) {
  const text = await response.text();
  let body;
  try {
    body = JSON.parse(text);
  } catch {
    body = { detail: `the gateway answered ${response.status}: ${text.slice(0, 500)}` };
  }
  const problem = new Problem(response.status, body);
  problem.response = response;
  return problem;
}
