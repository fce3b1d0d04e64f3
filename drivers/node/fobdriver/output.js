// The driver's events and its own lines of the log. Both are written at once, before the next step.
import { fstatSync } from "node:fs";
import { linesOf } from "./failure.js";
import { writeAll } from "./writing.js";

const EVENTS = 3, LOG = 4; // start.sh opens them, and says so by an argument

export function areOpen() {
  return process.argv[2] === "started";
}

/** What a descriptor refers to, or null if it is closed. */
export function identity(fd) {
  try {
    const { dev, ino } = fstatSync(fd);
    return `${dev}:${ino}`;
  } catch {
    return null;
  }
}

export const events = {
  fd: EVENTS,

  emit(event, details) {
    write(EVENTS, JSON.stringify({ event, ...details }));
  },
};

export const log = {
  fd: LOG,

  say(text) {
    write(LOG, `${new Date().toISOString()} - fob: ${text}`);
  },

  report(error) {
    for (const line of linesOf(error)) {
      for (const part of line.split("\n")) write(LOG, `${new Date().toISOString()} - ${part}`);
    }
  },
};

function write(fd, line) {
  writeAll(fd, Buffer.from(line + "\n"));
}
