// Errors as the user sees them. Each part has a limit, so that the whole is never too large to be sent.
// Both threads use this file, so it binds what it uses: the function may change its thread's objects.
const { stringify } = JSON;
const byteLength = Buffer.byteLength;
const slice = Function.prototype.call.bind(String.prototype.slice);
const codeAt = Function.prototype.call.bind(String.prototype.charCodeAt);
const { floor, max } = Math;
const { isArray } = Array;

const LONGEST_MESSAGE = 8192; // this and the next three in bytes of JSON
const LONGEST_TEXT = 1024;
const LONGEST_ENTRY = 512;
const LARGEST_LIST = 22 * 1024;
const MOST_ENTRIES = 100;

/** The largest error with all its parts, in bytes of JSON. */
export const LARGEST_ERROR = 64 * 1024;

export class Failure extends Error {
  /** `error` is what the caller gets as {"error":…}. */
  constructor(status, reason, message, details) {
    super(reason);
    this.status = status;
    this.error = { reason, message: cut(message, LONGEST_MESSAGE) };
    for (const name in details) {
      if (details[name] !== undefined) this.error[name] = bounded(details[name]);
    }
  }
}

/** The lines for the log. */
export function linesOf(error) {
  const lines = [`${error.type ?? error.reason}: ${error.message}`];
  const { stack } = error;
  for (let i = 0; stack && i < stack.length; i++) lines[i + 1] = stack[i];
  return lines;
}

/** Cuts a text to a number of bytes of JSON. */
export function cut(text, limit) {
  let shown = slice(text, 0, limit);
  for (let size; (size = byteLength(stringify(shown)) - 2) > limit;) {
    shown = slice(shown, 0, max(0, floor(shown.length * limit / size) - 1));
  }
  if (shown.length === text.length) return text;
  const last = codeAt(shown, shown.length - 1);
  return slice(shown, 0, last >= 0xd800 && last < 0xdc00 ? -1 : shown.length) + "…";
}

/** Lists the first ten names for a message. */
export function listed(names) {
  const more = names.length - 10;
  return names.slice(0, 10).map(name => cut(name, 64)).join(", ") + (more > 0 ? ` and ${more} more` : "");
}

/** Returns the failure for an exception of the driver's own code. Only the log gets the stack. */
export function ofDriver(status, reason, error) {
  return new Failure(status, reason, "the driver failed, which is no fault of the function's: "
    + `${error?.name}: ${error?.message}; its log has the details`);
}

function bounded(part) {
  if (typeof part === "string") return cut(part, LONGEST_TEXT);
  if (!isArray(part)) return part;
  const entries = [];
  let left = LARGEST_LIST;
  for (let i = 0; i < part.length && i < MOST_ENTRIES; i++) {
    const entry = cut(part[i], LONGEST_ENTRY);
    left -= byteLength(stringify(entry)) + 1;
    if (left < 0) break;
    entries[i] = entry;
  }
  const more = part.length - entries.length;
  if (more) entries[entries.length] = `and ${more} more`;
  return entries;
}
