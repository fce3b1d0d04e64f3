// Requests to the gateway that has served this page.

import { Problem, problemOf } from "./problem.js";

const STORED_KEY = "fob-key";
/** What keys may do; each may do everything that those before it may do. */
const ROLES = ["metrics", "call", "deploy", "admin"];

/** The key of this tab. It is forgotten when the tab is closed. */
export const key = {
  get: () => sessionStorage.getItem(STORED_KEY),
  set: (text) => sessionStorage.setItem(STORED_KEY, text),
  forget: () => sessionStorage.removeItem(STORED_KEY),
};

/**
 * What every page wants to know. A listener gets it when it changes: `{own, keyProblem, away, skewMs}`; `own` is what the key of this tab allows, null as
 * long as that is not known.
 */
export const session = {
  state: { own: null, keyProblem: null, away: false, skewMs: 0 },
  listeners: new Set(),
  change(part) {
    const next = { ...this.state, ...part };
    if (Object.keys(part).some((name) => next[name] !== this.state[name])) {
      this.state = next;
      this.listeners.forEach((listener) => listener(next));
    }
  },
};

/** Whether the key of this tab has a role, or one that may do more. */
export function may(role) {
  return ROLES.indexOf(session.state.own?.role) >= ROLES.indexOf(role);
}

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
    throw noteProblem(await problemOf(response));
  }
  return response;
}

/** A problem of the key is one of the whole page. */
export function noteProblem(problem) {
  if (problem.status === 401 || problem.reason === "no-key-made") {
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
