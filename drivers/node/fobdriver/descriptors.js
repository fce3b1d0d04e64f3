// Watches the file descriptors, which the function shares with the driver.
import { closeSync, openSync, readdirSync, readlinkSync } from "node:fs";
import { events, identity, log } from "./output.js";

const RESERVE = 16;
const PERIOD_MS = 1000;
const MOST_FULL = 5; // how often in a row no descriptor may be free

/** `lost` is called with the reason when the driver cannot serve any more. */
export class Descriptors {
  #own = new Map();
  #reserve = [];
  #full = 0;
  #lost;

  constructor(lost) {
    this.#lost = lost;
    for (let i = 0; i < RESERVE; i++) this.#reserve.push(openSync("/dev/null"));
  }

  /** Remembers the driver's own descriptors; called before the function's code runs. */
  watch(listener) {
    for (const fd of [events.fd, log.fd, listener, ...inner()]) if (fd >= 0) this.#own.set(fd, identity(fd));
    setInterval(() => this.#tick(), PERIOD_MS).unref();
  }

  areIntact() {
    for (const [fd, file] of this.#own) if (identity(fd) !== file) return false;
    return true;
  }

  /** If the function has opened all descriptors, clients get those of the reserve. */
  #tick() {
    if (!this.areIntact()) this.#lost("the function has closed or replaced file descriptors of the driver's");
    try {
      while (this.#reserve.length <= RESERVE) this.#reserve.push(openSync("/dev/null")); // one more than the reserve
      closeSync(this.#reserve.pop());
      this.#full = 0;
    } catch {
      for (const fd of this.#reserve.splice(0)) closeSync(fd);
      if (++this.#full > MOST_FULL) this.#lost("the function has opened all file descriptors, and does not close them");
    }
  }
}

/** The event loops' descriptors, without which nothing is received. */
function inner() {
  return readdirSync("/proc/self/fd").map(Number).filter(fd => {
    try {
      return /eventpoll|eventfd/.test(readlinkSync(`/proc/self/fd/${fd}`));
    } catch {
      return false;
    }
  });
}
