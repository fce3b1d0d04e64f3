// Prepares the folder from which the function is loaded:
//   DIRECTORY/code/           the archive's files, or the single file function.js
//   DIRECTORY/node_modules    the layer, which Node finds from there
//   DIRECTORY/package.json    says whether a .js file is a module, if the code does not say so itself
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, statSync, symlinkSync, unlinkSync,
  writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { Failure } from "./failure.js";
import { fetchFile, notAvailable, pathOf } from "./fetching.js";
import { isModule, looksLikeModule } from "./kind.js";
import { badRequest } from "./reading.js";
import { isPath } from "./settings.js";
import { withPlainSpecifiers } from "./specifiers.js";
import { badArchive } from "./unpacking.js";

const MIB = 1 << 20;
const DEADLINE_MS = 10_000, LAYER_DEADLINE_MS = 60_000;
const SOURCE = { name: "the code", mostBytes: 8 * MIB, deadlineMs: DEADLINE_MS };
const ARCHIVE = { name: "the code", mostBytes: 64 * MIB, deadlineMs: DEADLINE_MS };
const LAYER = { name: "the layer", mostBytes: 256 * MIB, deadlineMs: LAYER_DEADLINE_MS };
const CODE_LIMITS = { bytes: 64 * MIB, files: 4096 };
const LAYER_LIMITS = { bytes: 1024 * MIB, files: 100_000, links: true };
const SINGLE = "function.js";
// A user waits for the driver's start, so what only some starts need is imported where it is used.
const unpackTar = async (...args) => (await import("./tar.js")).unpackTar(...args);

const { entries: ENTRIES } = JSON.parse(readFileSync(new URL("../language.json", import.meta.url), "utf8"));

export class Code {
  #settings;
  #directory = null;

  constructor(settings) {
    this.#settings = settings;
  }

  /** Loads what the environment names. Returns a promise of what the worker loads. */
  async ofUrl() {
    const { codeUrl: url, codeSha256: sha256, codeToken: token, codeEntry } = this.#settings;
    this.#create();
    const fetched = this.#path("fetched");
    const file = await fetchFile({ ...(codeEntry ? ARCHIVE : SOURCE), url, sha256, token }, fetched);
    if (codeEntry) await unpackTar(file, this.#path("code"), CODE_LIMITS);
    else this.#single(readFileSync(file));
    if (file === fetched) unlinkSync(file);
    return this.#finish(codeEntry ?? SINGLE, {});
  }

  /** Loads what an /init request carries. */
  async ofInit({ code, binary, env, entry }) {
    this.#create();
    if (!binary) {
      this.#single(Buffer.from(code));
      return this.#finish(SINGLE, env);
    }
    try {
      await this.#archive(Buffer.from(code, "base64"));
    } catch (error) {
      this.remove();
      if (error instanceof Failure) throw badRequest(`value.code is no archive: ${error.error.message}`);
      throw error;
    }
    return this.#finish(entry ?? firstEntry(this.#path("code")), env);
  }

  async #archive(bytes) {
    const { isZip, unpackZip } = await import("./zip.js");
    if (isZip(bytes)) {
      unpackZip(bytes, this.#path("code"), CODE_LIMITS);
      return;
    }
    writeFileSync(this.#path("fetched"), bytes);
    await unpackTar(this.#path("fetched"), this.#path("code"), CODE_LIMITS);
    unlinkSync(this.#path("fetched"));
  }

  remove() {
    if (!this.#directory) return;
    try {
      rmSync(this.#directory, { recursive: true, force: true });
    } catch {
      // what the function has left there stays
    }
  }

  #create() {
    try {
      this.#directory = realpathSync(mkdtempSync(join(tmpdir(), "fob-function-")));
      mkdirSync(this.#path("code"));
    } catch (error) {
      throw notAvailable("there is no place for the function's file, TMPDIR must be a folder to write to: "
        + error.message);
    }
  }

  #path(name) {
    return join(this.#directory, name);
  }

  #single(bytes) {
    const source = bytes.toString("utf8").replace(/^\ufeff/, "");
    writeFileSync(join(this.#path("code"), SINGLE), withPlainSpecifiers(source));
  }

  async #finish(name, env) {
    const secrets = await this.#secrets();
    await this.#layer();
    const code = this.#path("code");
    const entry = entryFile(code, name);
    if (!existsSync(join(code, "package.json"))) {
      const type = looksLikeModule(readFileSync(entry, "utf8")) ? "module" : "commonjs";
      writeFileSync(this.#path("package.json"), JSON.stringify({ type }));
    }
    const { maxResultBytes, network } = this.#settings;
    return {
      folder: code, entry, module: isModule(entry, this.#directory), maxResultBytes, network,
      env: { ...this.#settings.functionEnv(), ...env, ...secrets },
    };
  }

  async #secrets() {
    if (!this.#settings.secretsUrl) return {};
    const { secretsOf } = await import("./secrets.js");
    return secretsOf(this.#settings, this.#path("fetched"));
  }

  async #layer() {
    const { layerUrl: url, layerSha256: sha256, codeToken: token } = this.#settings;
    if (!url) return;
    let layer = this.#path("layer");
    if (url.startsWith("file:")) {
      layer = pathOf(url);
      if (!existsSync(layer)) throw notAvailable(`the layer at ${url} cannot be read: No such file or directory`);
    } else {
      const file = await fetchFile({ ...LAYER, url, sha256, token }, this.#path("fetched"));
      await unpackTar(file, layer, LAYER_LIMITS);
      unlinkSync(file);
    }
    symlinkSync(join(layer, "node_modules"), this.#path("node_modules"));
  }
}

function firstEntry(folder, names = ENTRIES) {
  const found = names.find(name => existsSync(join(folder, name)));
  if (!found) throw badArchive(`it has none of ${names.join(", ")}: name the file with the function as its entry`);
  return found;
}

/** The file that an entry names. A folder, or its package.json, names the file as in Node: by "main". */
function entryFile(code, name) {
  let path = join(code, name);
  if (basename(path) === "package.json") path = dirname(path);
  let found = statSync(path, { throwIfNoEntry: false });
  if (found?.isDirectory()) {
    const main = mainOf(path);
    path = join(path, main ?? firstEntry(path, ENTRIES.filter(each => each !== "package.json")));
    found = statSync(path, { throwIfNoEntry: false });
  }
  if (found?.isFile()) return path;
  throw badArchive(`it has no file ${JSON.stringify(name)}, which was to be its entry`);
}

function mainOf(folder) {
  let main;
  try {
    ({ main } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")));
  } catch (error) {
    if (error.code === "ENOENT") return null;
    throw badArchive(`its package.json cannot be read: ${error.message}`);
  }
  if (!main) return null;
  const file = String(main).replace(/^\.\//, "");
  if (!isPath(file)) throw badArchive(`the "main" of its package.json is not a path in it: ${JSON.stringify(main)}`);
  const candidates = [file, `${file}.js`, `${file}/index.js`];
  return candidates.find(each => statSync(join(folder, each), { throwIfNoEntry: false })?.isFile()) ?? file;
}
