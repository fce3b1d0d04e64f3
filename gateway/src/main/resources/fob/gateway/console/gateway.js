// Requests to the gateway that has served this page.

const STORED_KEY = "fob-key";
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 10_000;
// The gateway sends a comment at least every 10 s.
const LONGEST_SILENCE_MS = 25_000;

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

/** The key of this tab. It is forgotten when the tab is closed. */
export const key = {
  get: () => sessionStorage.getItem(STORED_KEY),
  set: (text) => sessionStorage.setItem(STORED_KEY, text),
  forget: () => sessionStorage.removeItem(STORED_KEY),
};

/** What every page wants to know. A listener gets `{keyProblem, away, skewMs}` when it changes. */
export const session = {
  state: { keyProblem: null, away: false, skewMs: 0 },
  listeners: new Set(),
  change(part) {
    const next = { ...this.state, ...part };
    if (Object.keys(part).some((name) => next[name] !== this.state[name])) {
      this.state = next;
      this.listeners.forEach((listener) => listener(next));
    }
  },
};

/** The gateway's clock in milliseconds since 1970, as far as its replies tell. */
export function gatewayNow() {
  return Date.now() + session.state.skewMs;
}

function noteClock(response, sentAt) {
  const date = Date.parse(response.headers.get("Date") ?? "");
  // A slow reply says little: its date may be of any moment between the request and now.
  if (!Number.isNaN(date) && Date.now() - sentAt < 1_000) {
    // The header has whole seconds; the middle of one is the best guess.
    const skew = date + 500 - (sentAt + Date.now()) / 2;
    session.change({ skewMs: Math.abs(skew) < 2_000 ? 0 : Math.round(skew / 1000) * 1000 });
  }
}

async function send(method, path, { body, headers = {}, signal } = {}) {
  const all = { Accept: "application/json", ...headers };
  if (key.get()) {
    all.Authorization = `Bearer ${key.get()}`;
  }
  const sentAt = Date.now();
  let response;
  try {
    response = await fetch(path, { method, body, headers: all, signal, redirect: "error" });
  } catch (failure) {
    if (failure.name === "AbortError") {
      throw failure;
    }
    session.change({ away: true });
    throw new Problem(0, { detail: "The gateway does not answer.", reason: "away" });
  }
  session.change({ away: false });
  noteClock(response, sentAt);
  if (!response.ok) {
    throw await problemOf(response);
  }
  return response;
}

async function problemOf(response) {
  const text = await response.text();
  let body;
  try {
    body = JSON.parse(text);
  } catch {
    body = { detail: `the gateway answered ${response.status}: ${text.slice(0, 500)}` };
  }
  const problem = new Problem(response.status, body);
  problem.response = response;
  if (response.status === 401 || body.reason === "no-key-made") {
    session.change({ keyProblem: problem });
  }
  return problem;
}

/** Makes a request; returns its Response. Throws a Problem. */
export const request = send;

/** Makes a request; returns the JSON of the reply, or null if it has no body. Throws a Problem. */
export async function json(method, path, options = {}) {
  const sent = options.json === undefined
    ? options
    : {
        ...options,
        body: JSON.stringify(options.json),
        headers: { ...options.headers, "Content-Type": "application/json" },
      };
  const text = await (await send(method, path, sent)).text();
  return text ? JSON.parse(text) : null;
}

/** Resolves once somebody can see the page. */
function shown() {
  return new Promise((done) => {
    const check = () => {
      if (!document.hidden) {
        document.removeEventListener("visibilitychange", check);
        done();
      }
    };
    document.addEventListener("visibilitychange", check);
    check();
  });
}

/**
 * Follows server-sent events, and connects again when the stream ends. EventSource cannot send a
 * key, so this reads the stream itself. A page that nobody sees has no stream: browsers have few
 * connections to a host, for all tabs together.
 *
 * @param onEvent gets `{event, data, id}`; if it returns false, the stream is not opened again
 * @param onOpen is told whenever the stream is open
 * @param onProblem gets the Problem that ends the stream for good (4xx)
 * @returns a function that ends it
 */
export function follow(path, { onEvent, onOpen, onProblem }) {
  const stop = new AbortController();
  run(path, { onEvent, onOpen, onProblem }, stop.signal);
  return () => stop.abort();
}

async function run(path, { onEvent, onOpen, onProblem }, signal) {
  let pause = FIRST_PAUSE_MS;
  const place = { last: null };
  for (await shown(); !signal.aborted; await shown()) {
    const hidden = new AbortController();
    const hide = () => document.hidden && hidden.abort();
    document.addEventListener("visibilitychange", hide);
    try {
      const headers = place.last ? { "Last-Event-ID": place.last } : {};
      if (await readStream(path, headers, AbortSignal.any([signal, hidden.signal]), onEvent, onOpen, place)) {
        return;
      }
      pause = FIRST_PAUSE_MS;
    } catch (failure) {
      if (signal.aborted || hidden.signal.aborted) {
        continue;
      }
      if (failure.status >= 400 && failure.status < 500 && failure.status !== 429) {
        onProblem(failure);
        return;
      }
      session.change({ away: !(failure.status > 0 && failure.status < 500) });
    } finally {
      document.removeEventListener("visibilitychange", hide);
    }
    await new Promise((done) => setTimeout(done, pause));
    pause = Math.min(2 * pause, LONGEST_PAUSE_MS);
  }
}

async function readStream(path, headers, signal, onEvent, onOpen, place) {
  const silence = new AbortController();
  const response = await send("GET", path, { headers, signal: AbortSignal.any([signal, silence.signal]) });
  onOpen();
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const timer = setTimeout(() => silence.abort(), LONGEST_SILENCE_MS);
    let part;
    try {
      part = await reader.read();
    } finally {
      clearTimeout(timer);
    }
    if (part.done) {
      return false;
    }
    const blocks = (rest + part.value).split("\n\n");
    rest = blocks.pop();
    for (const block of blocks) {
      const event = parseEvent(block);
      place.last = event.id ?? place.last;
      if (event.data !== undefined && onEvent(event) === false) {
        reader.cancel();
        return true;
      }
    }
  }
}

function parseEvent(block) {
  const event = { event: "message", data: undefined, id: undefined };
  for (const line of block.split("\n")) {
    const colon = line.indexOf(":");
    if (colon > 0) {
      const name = line.slice(0, colon);
      const value = line.slice(colon + 1).replace(/^ /, "");
      event[name] = name === "data" && event.data !== undefined ? `${event.data}\n${value}` : value;
    }
  }
  return event;
}
