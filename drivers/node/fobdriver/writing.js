// Writes to descriptors that the driver shares with other processes, which may have made them non-blocking.
// Both threads use this file, so it binds what it uses: the function may change its thread's objects.
import fs from "node:fs";

const { writeSync } = fs;
const { wait } = Atomics;
const sleeper = new Int32Array(new SharedArrayBuffer(4));
const PAUSE_MS = 1;

/** Writes all bytes, and waits while the reader is slow. Returns without having written if there is no reader. */
export function writeAll(fd, bytes) {
  for (let at = 0; at < bytes.length;) {
    try {
      at += writeSync(fd, bytes, at);
    } catch (error) {
      if (error.code !== "EAGAIN") return;
      wait(sleeper, 0, 0, PAUSE_MS);
    }
  }
}
