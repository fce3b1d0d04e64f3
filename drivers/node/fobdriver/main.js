// Starts the driver's parts in order, and ends the process.
import { toRefused } from "./answers.js";
import { CANNOT_SERVE, Calls, SIGTERM, STUCK } from "./calls.js";
import { Code } from "./code.js";
import { Descriptors } from "./descriptors.js";
import { Failure } from "./failure.js";
import { Host } from "./host.js";
import { areOpen, events, log } from "./output.js";
import { Server } from "./server.js";
import { Service } from "./service.js";
import { BadSettings, Settings } from "./settings.js";

const EXIT_BAD_SETTINGS = 2, EXIT_STUCK = 75, EXIT_CANNOT_SERVE = 76;
const SHORT_STOP_MS = 700, LONG_STOP_MS = 5000; // for the end of the function's thread
const LOST = "the code has closed file descriptors of the driver's, or put others in their place, while it was loaded: "
  + "close only those that it has opened itself";

export async function main() {
  if (!areOpen()) refuseToStart("descriptors 3 and 4 are missing: start it with start.sh");
  let settings;
  try {
    settings = new Settings(process.env);
  } catch (error) {
    if (!(error instanceof BadSettings)) throw error;
    refuseToStart(error.message);
  }
  await new Driver(settings).start();
}

function refuseToStart(problem) {
  process.stderr.write(`fob driver: ${problem}\n`);
  process.exit(EXIT_BAD_SETTINGS);
}

class Driver {
  #settings;
  #calls;
  #host;
  #code;
  #service;
  #descriptors;

  constructor(settings) {
    this.#settings = settings;
    this.#calls = new Calls(settings.concurrency, settings.timeoutMs, reason => this.#drain(reason));
    this.#host = new Host(settings.memoryMib, why => this.#giveUp(why));
    this.#code = new Code(settings);
    this.#descriptors = new Descriptors(why => this.#giveUp(why));
    this.#service = new Service(this.#calls, this.#host, () => this.#check());
    this.#service.init = init => this.#code.ofInit(init);
  }

  async start() {
    const settings = this.#settings;
    process.on("SIGTERM", () => this.#terminate());
    process.on("uncaughtException", error => {
      log.say(error?.stack);
      this.#giveUp("the driver failed, which is no fault of the function's");
    });
    const server = new Server((request, reply) => this.#service.handle(request, reply), toRefused,
      error => this.#giveUp(`${error.code}: ${error.message}`));
    if (!settings.codeUrl) this.#service.waitForInit();
    let address;
    try {
      address = await server.listen(settings.listen);
    } catch (error) {
      refuseToStart(`cannot listen on FOB_LISTEN: ${error.message}`);
    }
    this.#descriptors.watch(server.fd);
    log.say(`function ${settings.functionId} on ${address}, concurrency ${settings.concurrency}, `
      + `timeout ${settings.timeoutMs} ms, result up to ${settings.maxResultBytes} bytes, `
      + `network ${settings.network}, Node ${process.version}`);
    if (settings.codeUrl) await this.#service.load(() => this.#code.ofUrl());
  }

  /** Throws a Failure if the code has closed the driver's descriptors while it was loaded. */
  #check() {
    if (this.#descriptors.areIntact()) return;
    this.#giveUp("the function has closed or replaced file descriptors of the driver's");
    throw new Failure(502, "failed", LOST, { type: "DescriptorsClosed" });
  }

  #giveUp(why) {
    if (this.#calls.draining) return;
    log.say(`it cannot serve any more: ${why}`);
    setImmediate(() => this.#calls.drain(CANNOT_SERVE)); // after the event that a load has failed
  }

  #terminate() {
    if (!this.#service.starting) return this.#calls.drain(SIGTERM);
    events.emit("draining", { reason: SIGTERM });
    return this.#end(0);
  }

  async #drain(reason) {
    events.emit("draining", { reason });
    const stuck = await this.#calls.finish();
    for (const call of stuck) {
      log.say(`the call ${call.requestId ?? "-"} has not ended in its time and is given up`);
    }
    const isStuck = stuck.length || reason === STUCK;
    await this.#end(reason === CANNOT_SERVE ? EXIT_CANNOT_SERVE : isStuck ? EXIT_STUCK : 0);
  }

  async #end(code) {
    this.#code.remove();
    // The end of the process waits for its threads. One that waits in the kernel does not end, so the kernel ends all.
    if (!await this.#host.stop(code === 0 ? LONG_STOP_MS : SHORT_STOP_MS)) {
      process.kill(process.pid, "SIGALRM");
      process.kill(process.pid, "SIGKILL");
    }
    process.exit(code);
  }
}
