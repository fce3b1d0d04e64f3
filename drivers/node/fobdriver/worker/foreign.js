// Reads what the function's code has thrown, without trusting it: reading a property may run code that throws again.
import { getPrototypeOf, isArray, slice } from "./safe.js";

const MOST_CAUSES = 10;
const MOST_MEMBERS = 10;
const LONGEST_NAME = 200;
const LONGEST_TEXT = 100_000; // is cut further where it is used

/** Returns what the action returns, or undefined if it throws. */
export function attempt(action) {
  try {
    return action();
  } catch {
    return undefined;
  }
}

export function get(value, name) {
  return value === null || value === undefined ? undefined : attempt(() => value[name]);
}

function text(value, name, longest = LONGEST_TEXT) {
  const found = get(value, name);
  return typeof found === "string" && found !== "" ? slice(found, 0, longest) : undefined;
}

/** The name of a value's type: of its class, or null, string, number, … */
export function typeName(value) {
  if (value === null) return "null";
  if (typeof value !== "object") return typeof value;
  const prototype = attempt(() => getPrototypeOf(value));
  const ofClass = text(get(prototype, "constructor"), "name", LONGEST_NAME) ?? "Object";
  return ofClass === "Error" || ofClass === "Object" ? text(value, "name", LONGEST_NAME) ?? ofClass : ofClass;
}

export function messageOf(thrown) {
  if (typeof thrown !== "object" || thrown === null) return `${attempt(() => shown(thrown)) ?? "?"} was thrown`;
  const message = get(thrown, "message");
  if (typeof message === "string") return slice(message, 0, LONGEST_TEXT);
  return message === undefined ? `an object of type ${typeName(thrown)} was thrown` : "(its message cannot be shown)";
}

function shown(value) {
  return typeof value === "string" ? slice(value, 0, LONGEST_TEXT) : typeof value === "function" ? "a function"
    : typeof value === "symbol" ? "a symbol" : `${value}`;
}

/** The text of `stack`; undefined if it has none. */
export function stackTextOf(thrown) {
  return typeof thrown === "object" ? text(thrown, "stack") : undefined;
}

/** What has caused it: the error itself, its cause, and so on. */
export function causesOf(thrown) {
  const all = [];
  for (let each = thrown; each !== undefined && each !== null && all.length < MOST_CAUSES; each = get(each, "cause")) {
    for (let i = 0; i < all.length; i++) if (all[i] === each) return all;
    all[all.length] = each;
  }
  return all;
}

/** The errors of an AggregateError, at most ten; empty for others. */
export function membersOf(thrown) {
  const errors = get(thrown, "errors");
  const members = [];
  if (attempt(() => isArray(errors))) {
    for (let i = 0; i < errors.length && i < MOST_MEMBERS; i++) members[i] = get(errors, i);
  }
  return members;
}

/** Seconds after which to try again, or undefined. */
export function retryAfterOf(thrown) {
  const seconds = get(thrown, "retry_after") ?? get(thrown, "retryAfter");
  return typeof seconds === "number" && seconds >= 0 && seconds <= 86_400 ? seconds : undefined;
}

export function wantsNetwork(thrown) {
  const causes = causesOf(thrown);
  for (let i = 0; i < causes.length; i++) {
    const code = get(causes[i], "code");
    if (code === "EAI_AGAIN" || code === "ENETUNREACH") return true;
    const members = membersOf(causes[i]);
    for (let j = 0; j < members.length; j++) if (get(members[j], "code") === "ENETUNREACH") return true;
  }
  return false;
}
