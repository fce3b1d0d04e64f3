// Writes the files of archives to a folder, within limits. Only regular files and directories below the folder are taken.
import { appendFileSync, chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Failure } from "./failure.js";
import { isPath } from "./settings.js";

export class Unpacked {
  #folder;
  #limits;
  #bytes = 0;
  #files = 0;

  /** `limits` has `bytes`, `files`, and whether `links` are allowed that stay in the folder. */
  constructor(folder, limits) {
    this.#folder = folder;
    this.#limits = limits;
    mkdirSync(folder, { recursive: true });
  }

  directory(name) {
    this.#count(0);
    mkdirSync(this.#path(name), { recursive: true });
  }

  /** Creates a file and returns its path, to which `append` adds bytes. */
  file(name, size, executable) {
    this.#count(size);
    const path = this.#path(name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, "");
    if (executable) chmodSync(path, 0o755);
    return path;
  }

  link(name, target) {
    this.#count(0);
    const path = this.#path(name);
    const inside = !target.startsWith("/") && join(dirname(path), target).startsWith(this.#folder + "/");
    if (!this.#limits.links || !inside) throw badArchive(`it has a link: ${JSON.stringify(name.slice(0, 100))}`);
    mkdirSync(dirname(path), { recursive: true });
    symlinkSync(target, path);
  }

  append(path, bytes) {
    appendFileSync(path, bytes);
  }

  #path(name) {
    const inside = name.replace(/^(\.\/)+/, "").replace(/\/+$/, "") || ".";
    if (!isPath(inside)) throw badArchive(`it has an entry outside of its folder: ${JSON.stringify(name.slice(0, 100))}`);
    return join(this.#folder, inside);
  }

  #count(size) {
    this.#bytes += size;
    this.#files++;
    if (this.#bytes > this.#limits.bytes) throw badArchive(`it holds more than ${this.#limits.bytes >> 20} MiB`);
    if (this.#files > this.#limits.files) throw badArchive(`it holds more than ${this.#limits.files} files`);
  }
}

export function badArchive(problem) {
  return new Failure(502, "failed", `the archive cannot be used: ${problem}`, { type: "BadArchive" });
}
