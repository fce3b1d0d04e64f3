// Limits the number of running calls and their time, and drains the calls before the process ends.
export const SIGTERM = "sigterm", STUCK = "stuck-call", CANNOT_SERVE = "cannot-serve";

const LINGER_MS = 300; // the shortest draining time, in which late requests are refused instead of reset
const SEND_MS = 2000; // for sending responses after the last call has ended

/** The running calls. A call gets the property `start`. */
export class Calls {
  #limit;
  #timeoutMs;
  #running = new Set(); // the oldest first
  #unsent = 0; // calls that have ended, but whose responses are still being written
  #timer = null; // runs while calls run, and ends at the timeout of the oldest call or earlier
  #onDrain;
  #changed = () => {};
  draining = null; // the reason for draining; null while calls may begin

  /** `onDrain` is called once, when draining begins. */
  constructor(limit, timeoutMs, onDrain) {
    this.#limit = limit;
    this.#timeoutMs = timeoutMs;
    this.#onDrain = onDrain;
  }

  /** Begins a call and returns null, or returns why it may not run now. */
  begin(call) {
    if (this.draining) return "draining";
    if (this.#running.size >= this.#limit) return "busy";
    call.start = performance.now();
    this.#running.add(call);
    this.#timer ??= setTimeout(() => this.#check(), this.#timeoutMs);
    return null;
  }

  end(call) {
    this.#running.delete(call);
    this.#unsent++;
    this.#changed();
  }

  /** Records that the response to an ended call has been written, or cannot be. */
  sent() {
    this.#unsent--;
    this.#changed();
  }

  running() {
    return [...this.#running];
  }

  drain(reason) {
    if (this.draining) return;
    this.draining = reason;
    clearTimeout(this.#timer);
    this.#onDrain(reason);
  }

  /** Waits for the running calls, each within its own timeout. Returns the stuck calls. */
  async finish() {
    const linger = performance.now() + LINGER_MS;
    for (let left; (left = Math.max(0, ...this.running().map(call => this.#left(call)))) > 0;) await this.#change(left);
    const stuck = this.running();
    const sending = performance.now() + SEND_MS;
    while (this.#unsent > 0 && performance.now() < sending) await this.#change(sending - performance.now());
    const rest = linger - performance.now();
    if (rest > 0) await new Promise(resolve => setTimeout(resolve, rest));
    return stuck;
  }

  #left(call) {
    return call.start + this.#timeoutMs - performance.now();
  }

  #check() {
    this.#timer = null;
    for (const oldest of this.#running) {
      const left = this.#left(oldest);
      if (left > 0) this.#timer = setTimeout(() => this.#check(), left + 1);
      else this.drain(STUCK);
      return;
    }
  }

  #change(ms) {
    return new Promise(resolve => {
      const timer = setTimeout(resolve, ms);
      this.#changed = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
