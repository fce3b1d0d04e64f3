// Runs the function's code in a thread of its own, and knows the calls that are there. The threads exchange messages;
// worker/worker.js is the other side.
import { MessageChannel, Worker } from "node:worker_threads";
import { Failure } from "./failure.js";
import { log } from "./output.js";

export class Host {
  #worker;
  #port;
  #pending = new Map(); // calls by number
  #last = 0;
  #loading = null; // how to settle the promise of load()
  #ended = null; // why the thread has ended
  #stopped = false;
  #died;

  /** `died` is called with the reason if the thread ends by itself. `memoryMib` is the sandbox's, or null. */
  constructor(memoryMib, died) {
    this.#died = died;
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    this.#worker = new Worker(new URL("./worker/worker.js", import.meta.url), {
      workerData: { port: port2, logFd: log.fd }, transferList: [port2],
      env: {}, // it comes with the load, when secrets and the variables of /init are known
      trackUnmanagedFds: false, resourceLimits: memoryMib ? heapOf(memoryMib) : {},
    });
    port1.on("message", message => this.#receive(message));
    this.#worker.on("error", error => {
      this.#ended = error?.code === "ERR_WORKER_OUT_OF_MEMORY"
        ? "the function has used more memory than it may have: let it use less, or register it with more memory"
        : `the function has ended its thread by an error outside of all calls: ${error?.message}`;
    });
    this.#worker.on("exit", () => this.#onExit());
  }

  /** Loads the function. Returns a promise of its signature, or of a Failure. */
  load(what, entryPoint) {
    return new Promise((resolve, reject) => {
      this.#loading = { resolve, reject };
      if (this.#ended) this.#onExit();
      this.#port.postMessage({ ...what, entryPoint });
    });
  }

  /** Runs a call, whose answer(status, body) is called at its end. */
  run(call) {
    if (this.#stopped || this.#ended) {
      call.answer(500, lostCall(this.#ended ?? "the driver ends"));
      return;
    }
    const number = this.#last = this.#last % 0x3fffffff + 1;
    this.#pending.set(number, call);
    // Copied, because a transfer would take the whole buffer, and the copy is made anyway.
    const { requestId, text, body, type, logBytes, deadline, traceparent, tracestate } = call;
    this.#port.postMessage([number, requestId, text ?? null, body, type, logBytes, deadline, traceparent, tracestate]);
  }

  /** Ends the thread. Returns a promise of whether it has ended; code that waits in the kernel cannot be interrupted. */
  stop(withinMs = 0) {
    this.#stopped = true;
    return new Promise(resolve => {
      setTimeout(() => resolve(false), withinMs);
      this.#worker.terminate().then(() => resolve(true));
    });
  }

  #receive(message) {
    if (Array.isArray(message)) {
      const [number, status, body] = message;
      const call = this.#pending.get(number);
      if (!call) return;
      this.#pending.delete(number);
      call.answer(status, body);
    } else if (message.error) {
      const failure = new Failure(502, "failed", "");
      this.#loading?.reject(Object.assign(failure, message)); // its error, and whether its place is unknown
    } else this.#loading?.resolve(message.signature);
  }

  #onExit() {
    if (this.#stopped) return;
    this.#ended ??= "the function has ended its thread";
    this.#loading?.reject(new Failure(502, "failed", this.#ended, { type: "ThreadEnded" }));
    const calls = [...this.#pending.values()];
    this.#pending.clear();
    for (const call of calls) call.answer(500, lostCall(this.#ended));
    this.#died(this.#ended);
  }
}

/** The rest of the memory is for the runtime itself, for buffers, and for child processes. */
function heapOf(memoryMib) {
  return {
    maxOldGenerationSizeMb: Math.max(16, memoryMib / 2, memoryMib - 128),
    maxYoungGenerationSizeMb: Math.min(24, Math.max(6, memoryMib / 16)),
  };
}

function lostCall(why) {
  return JSON.stringify({ error: new Failure(500, "exception", why, { type: "ThreadEnded" }).error });
}
