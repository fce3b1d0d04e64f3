// Reads and checks the environment variables of the driver.
const LONGEST_SOCKET_PATH = 100; // the kernel takes 107 bytes, and the temporary name is a little longer
const DAY_MS = 24 * 60 * 60 * 1000;

export class BadSettings extends Error {}

export class Settings {
  #env;
  #problems = [];

  /** Throws BadSettings, whose message has all problems in one line. */
  constructor(env) {
    this.#env = env;
    const url = [isUrl, "a URL that starts with file:, http: or https:"];
    const sha256 = [text => /^[0-9a-fA-F]{64}$/.test(text) && text.toLowerCase(), "64 hexadecimal digits"];
    this.listen = this.#read("FOB_LISTEN", "tcp:0.0.0.0:8080", address,
      `unix:/path (at most ${LONGEST_SOCKET_PATH} bytes) or tcp:HOST:PORT`);
    this.codeUrl = this.#read("FOB_CODE_URL", null, ...url);
    this.codeSha256 = this.#read("FOB_CODE_SHA256", null, ...sha256);
    this.codeToken = this.#read("FOB_CODE_TOKEN", null, text => /^[!-~]+$/.test(text) && text,
      "visible ASCII characters", true);
    this.codeEntry = this.#read("FOB_CODE_ENTRY", null, text => isPath(text) && text,
      "a relative path without '..', such as src/index.js");
    this.layerUrl = this.#read("FOB_LAYER_URL", null, ...url);
    this.layerSha256 = this.#read("FOB_LAYER_SHA256", null, ...sha256);
    this.secretsUrl = this.#read("FOB_SECRETS_URL", null, ...url);
    this.secretEnv = this.#read("FOB_SECRET_ENV", "", names, "names of variables, separated by commas") ?? [];
    this.functionId = env.FOB_FUNCTION_ID || "-";
    this.concurrency = this.#number("FOB_CONCURRENCY", 8, 1000);
    this.timeoutMs = this.#number("FOB_TIMEOUT_MS", 30_000, DAY_MS);
    this.maxResultBytes = this.#number("FOB_MAX_RESULT_BYTES", 1 << 20, 1 << 30);
    this.memoryMib = env.FOB_MEMORY_MIB ? this.#number("FOB_MEMORY_MIB", 0, 1 << 20) : null;
    this.network = this.#read("FOB_NETWORK", "true", text => ["true", "false"].includes(text) && text, "true or false")
      !== "false";
    if (this.#problems.length) throw new BadSettings(this.#problems.join("; "));
  }

  /** The environment of the function: without fob's variables. */
  functionEnv() {
    const env = {};
    for (const [name, value] of Object.entries(this.#env)) if (!name.startsWith("FOB_")) env[name] = value;
    if (this.#env.FOB_NODE_OPTIONS) env.NODE_OPTIONS = this.#env.FOB_NODE_OPTIONS;
    return env;
  }

  #number(name, usual, highest) {
    return this.#read(name, String(usual), text => /^[0-9]{1,12}$/.test(text) && +text <= highest && +text,
      `a whole number from 1 to ${highest}`);
  }

  /** `parse` returns a value that is not falsy, or the text is refused. */
  #read(name, usual, parse, expected, secret = false) {
    const text = this.#env[name] || usual; // set but empty counts as not set, as templates often leave it so
    if (!text) return null;
    const value = parse(text);
    if (value) return value;
    this.#problems.push(`${name} is ${secret ? "(hidden)" : JSON.stringify(text)}, expected ${expected}`);
    return null;
  }
}

/** Whether a path leads from a folder to something in it. */
export function isPath(text) {
  return text !== "" && !text.startsWith("/") && !text.includes("\0") && !text.split("/").includes("..");
}

/** Returns {path} or {host, port}. */
function address(text) {
  const unix = /^unix:(\/.*)$/s.exec(text);
  if (unix) return Buffer.byteLength(unix[1]) <= LONGEST_SOCKET_PATH && { path: unix[1] };
  const tcp = /^tcp:(.+):([0-9]{1,5})$/.exec(text);
  return tcp && +tcp[2] < 65536 && { host: tcp[1].replace(/^\[|\]$/g, ""), port: +tcp[2] };
}

function isUrl(text) {
  return /^(file:(\/\/)?\/|https?:\/\/)[!-~]+$/.test(text) && text;
}

function names(text) {
  const all = text.split(",");
  return all.every(name => /^[^=\0]+$/.test(name)) && all;
}
