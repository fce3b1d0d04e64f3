// The one step of a server: a process of its own, which has no token and a time limit.
import { spawn } from "node:child_process";
import { linkSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const INSTALLER = fileURLToPath(new URL("../install.mjs", import.meta.url));
const MOST_LINES = 40;
const LONGEST_LINE = 1000;
const SIGNALLED = 128;
const SIGKILL = 9;
const LAST_OUTPUT_MS = 5000;

export class Step {
  state = "waiting";
  #folder;
  #child;
  #lines = [];

  constructor(folder) {
    this.#folder = join(folder, "fob");
    this.archive = join(folder, "out.tar.gz");
  }

  /** Whether the step is the caller's. */
  take() {
    if (this.state !== "waiting") return false;
    this.state = "working";
    return true;
  }

  /** Returns the exit code, which is null after the time limit, and the last lines. Then `archive` has the output. */
  async run(verb, body, variables, limit) {
    const at = name => join(this.#folder, name), deadline = Date.now() + limit;
    for (const name of ["", "code", "out", "tmp"]) mkdirSync(at(name));
    const own = Object.entries(process.env).filter(([name]) => !name.startsWith("FOB_"));
    const env = { ...Object.fromEntries(own), HOME: at("tmp"), TMPDIR: at("tmp"), ...variables };
    const commands = [[process.execPath, INSTALLER, verb, this.#folder],
      ["tar", "--hard-dereference", "-czf", this.archive, "-C", at("out"), "."]];
    if (verb === "lock") commands.unshift(["tar", "-xzf", body, "-C", at("code")]);
    else linkSync(body, at("lock.json"));
    let exit = 0;
    for (let i = 0; i < commands.length && exit === 0; i++) exit = await this.#execute(commands[i], env, deadline);
    this.state = "done";
    return { exit, lines: this.#lines };
  }

  kill() {
    try {
      if (this.#child?.pid) process.kill(-this.#child.pid, "SIGKILL");
    } catch (error) {
      if (error.code !== "ESRCH") throw error;
    }
  }

  async #execute([program, ...args], env, deadline) {
    const child = this.#child = spawn(program, args, { env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
    const ended = Promise.all([child.stdout, child.stderr].map(stream => this.#read(stream)));
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      this.kill();
    }, Math.max(0, deadline - Date.now()));
    const exit = await new Promise((resolve, reject) => {
      child.on("error", reject);
      child.on("exit", code => resolve(code ?? SIGNALLED + SIGKILL));
    });
    clearTimeout(timer);
    this.kill(); // also what the command has left behind
    await Promise.race([ended, new Promise(resolve => setTimeout(resolve, LAST_OUTPUT_MS).unref())]);
    return late ? null : exit;
  }

  async #read(stream) {
    let rest = "";
    stream.setEncoding("utf8");
    for await (const text of stream) {
      process.stderr.write(text);
      const lines = (rest + text).split("\n");
      rest = lines.pop().slice(0, LONGEST_LINE);
      for (const line of lines) this.#keep(line);
    }
    if (rest) this.#keep(rest);
  }

  #keep(line) {
    this.#lines.push(line.slice(0, LONGEST_LINE));
    if (this.#lines.length > MOST_LINES) this.#lines.shift();
  }
}
