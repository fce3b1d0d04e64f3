// The function's log: each line at once, with the time and the request id before it.
import { AsyncLocalStorage } from "node:async_hooks";
import { Writable } from "node:stream";
import { writeAll } from "../writing.js";
import { bufferOf, byteLength, codeAt, join, lastIndexOf, NewDate, slice, split, toISOString } from "./safe.js";

const LONGEST_PARTIAL_LINE = 1 << 20; // a longer line is split, so that memory is limited

const storage = new AsyncLocalStorage();
for (const name of Object.getOwnPropertyNames(AsyncLocalStorage.prototype)) {
  storage[name] = storage[name]; // a method of its own, whatever becomes of the prototype's
}
const get = AsyncLocalStorage.prototype.getStore.bind(storage);
const run = AsyncLocalStorage.prototype.run.bind(storage);

/** What a call, or code outside of all calls, has written. `tail` has its last lines if the caller wants them. */
export class Scope {
  partial = ["", ""]; // the unfinished line of stdout and of stderr
  tail = [];
  tailBytes = 0;

  constructor(requestId, logBytes) {
    this.requestId = requestId ?? "-";
    this.logBytes = logBytes;
  }
}

const outside = new Scope(null, 0);
let fd = 2;

export function current() {
  return get() ?? outside;
}

/** Runs an action, and everything asynchronous that it starts, in a scope. */
export function within(scope, action) {
  return run(scope, action);
}

/** Replaces process.stdout and process.stderr, which console uses. */
export function takeOver(logFd) {
  fd = logFd;
  for (const [number, name] of ["stdout", "stderr"].entries()) {
    const stream = new Writable({
      decodeStrings: false,
      write(chunk, encoding, done) {
        add(number, typeof chunk === "string" ? chunk : chunk.toString("utf8"));
        done();
      },
      final(done) {
        done();
      },
    });
    stream.fd = number + 1;
    stream.isTTY = false;
    stream.destroy = stream.end = stream.destroySoon = () => stream; // other calls go on writing to it
    stream._isStdio = true;
    Object.defineProperty(process, name, { value: stream, configurable: true, enumerable: true, writable: true });
  }
}

/** Ends the unfinished lines of a scope. */
export function flush(scope) {
  for (let number = 0; number < 2; number++) {
    const text = scope.partial[number];
    if (!text) continue;
    scope.partial[number] = "";
    write(scope, text);
  }
}

/** Writes lines of the driver's for a call, after everything that the function has printed. */
export function report(scope, lines) {
  flush(scope);
  write(scope, join(lines, "\n"));
}

function add(number, text) {
  const scope = current();
  const end = lastIndexOf(text, "\n");
  if (end >= 0) {
    const whole = scope.partial[number] + slice(text, 0, end);
    scope.partial[number] = "";
    write(scope, whole);
  }
  const rest = end < 0 ? text : slice(text, end + 1);
  if (!rest) return;
  scope.partial[number] += rest;
  if (scope.partial[number].length > LONGEST_PARTIAL_LINE) flush(scope);
}

/** Writes one line or several, which the text has without the last line feed. */
function write(scope, text) {
  const prefix = `${toISOString(new NewDate())} ${scope.requestId} `;
  const lines = split(text, "\n");
  writeAll(fd, bufferOf(prefix + join(lines, "\n" + prefix) + "\n"));
  if (scope.logBytes) keep(scope, lines);
}

function keep(scope, lines) {
  for (let i = 0; i < lines.length; i++) {
    scope.tail[scope.tail.length] = lines[i];
    scope.tailBytes += byteLength(lines[i]);
  }
  let first = 0;
  const last = scope.tail.length - 1;
  if (byteLength(scope.tail[last]) > scope.logBytes) { // of a long last line the beginning stays
    scope.tail = [beginning(scope.tail[last], scope.logBytes)];
    scope.tailBytes = byteLength(scope.tail[0]);
    return;
  }
  while (scope.tailBytes > scope.logBytes) scope.tailBytes -= byteLength(scope.tail[first++]);
  if (!first) return;
  const kept = [];
  for (let i = first; i < scope.tail.length; i++) kept[i - first] = scope.tail[i];
  scope.tail = kept;
}

/** Cuts a text to a number of bytes, with a mark at its end if there is room for one. */
function beginning(text, limit) {
  const mark = limit >= 3 ? "…" : "";
  let shown = slice(text, 0, limit);
  while (byteLength(shown) + byteLength(mark) > limit) shown = slice(shown, 0, shown.length - 1);
  const unit = codeAt(shown, shown.length - 1);
  return (unit >= 0xd800 && unit < 0xdc00 ? slice(shown, 0, -1) : shown) + mark;
}
