// Unpacks gzipped tar archives (ustar, with the long names of pax and GNU) piece by piece, so that they need no memory.
import { createReadStream } from "node:fs";
import { createGunzip } from "node:zlib";
import { badArchive, Unpacked } from "./unpacking.js";

const BLOCK = 512;
const LONGEST_HEADER = 1 << 20;
const FILE = ["0", "\0", "7"], DIRECTORY = "5", LINK = "2", PAX = "x", PAX_FOR_ALL = "g", LONG_NAME = "L", LONG_LINK = "K";

export async function unpackTar(path, folder, limits) {
  const reader = new TarReader(new Unpacked(folder, limits));
  const source = createReadStream(path);
  const unzipped = createGunzip();
  source.on("error", error => unzipped.destroy(error));
  try {
    for await (const chunk of source.pipe(unzipped)) reader.add(chunk);
  } catch (error) {
    source.destroy();
    throw error.code?.startsWith("Z_") ? badArchive(`it is not a gzipped tar archive: ${error.message}`) : error;
  }
  reader.end();
}

class TarReader {
  #target;
  #rest = Buffer.alloc(0); // bytes that are not a whole block yet
  #left = 0; // bytes of the entry's content that are to come, without padding
  #padding = 0;
  #path = null; // the file that the content goes to; null: #text collects it
  #text = [];
  #kind = null; // of the entry whose content is collected
  #longName = null; // the name of the next entry
  #longLink = null; // where the next entry leads to
  #entries = 0;

  constructor(target) {
    this.#target = target;
  }

  add(chunk) {
    let buffer = this.#rest.length ? Buffer.concat([this.#rest, chunk]) : chunk;
    for (;;) {
      if (this.#left > 0) {
        const piece = buffer.subarray(0, this.#left);
        if (!piece.length) break;
        this.#content(piece);
        buffer = buffer.subarray(piece.length);
      } else if (this.#padding > 0) {
        if (!buffer.length) break;
        const skipped = Math.min(this.#padding, buffer.length);
        this.#padding -= skipped;
        buffer = buffer.subarray(skipped);
      } else {
        if (buffer.length < BLOCK) break;
        this.#header(buffer.subarray(0, BLOCK));
        buffer = buffer.subarray(BLOCK);
      }
    }
    this.#rest = Buffer.from(buffer);
  }

  end() {
    if (this.#left > 0 || !this.#entries) throw badArchive("it ends too early");
  }

  #header(block) {
    if (block.every(byte => byte === 0)) return; // the end has empty blocks
    const checked = Buffer.from(block).fill(32, 148, 156).reduce((sum, byte) => sum + byte, 0);
    if (checked !== octal(block, 148, 8)) throw badArchive("it is not a tar archive");
    this.#entries++;
    const size = octal(block, 124, 12);
    const kind = String.fromCharCode(block[156]);
    const prefix = block.toString("latin1", 257, 262) === "ustar" && block[262] === 0 ? text(block, 345, 155) : "";
    const name = this.#longName ?? (prefix ? `${prefix}/` : "") + text(block, 0, 100);
    this.#left = size;
    this.#padding = (BLOCK - size % BLOCK) % BLOCK;
    this.#path = null;
    this.#text = [];
    this.#kind = kind;
    if ([PAX, PAX_FOR_ALL, LONG_NAME, LONG_LINK].includes(kind)) {
      if (size > LONGEST_HEADER) throw badArchive("it has a header of more than 1 MiB");
      return;
    }
    if (kind === DIRECTORY) this.#target.directory(name);
    else if (FILE.includes(kind)) this.#path = this.#target.file(name, size, (octal(block, 100, 8) & 0o100) !== 0);
    else if (kind === LINK) this.#target.link(name, this.#longLink ?? text(block, 157, 100));
    else throw badArchive(`it has an entry that is no file: ${JSON.stringify(name.slice(0, 100))}`);
    this.#longName = this.#longLink = null;
  }

  #content(piece) {
    this.#left -= piece.length;
    if (this.#path) {
      this.#target.append(this.#path, piece);
      return;
    }
    this.#text.push(piece);
    if (this.#left) return;
    const whole = Buffer.concat(this.#text);
    if (this.#kind === LONG_NAME) this.#longName = text(whole, 0, whole.length);
    if (this.#kind === LONG_LINK) this.#longLink = text(whole, 0, whole.length);
    if (this.#kind !== PAX) return;
    this.#longName = paxValue(whole, "path") ?? this.#longName;
    this.#longLink = paxValue(whole, "linkpath") ?? this.#longLink;
  }
}

function text(block, start, length) {
  const end = block.indexOf(0, start);
  return block.toString("utf8", start, end < 0 || end > start + length ? start + length : end);
}

function octal(block, start, length) {
  const digits = text(block, start, length).trim();
  if (!/^[0-7]*$/.test(digits)) throw badArchive("a header has a number that is not octal");
  return parseInt(digits || "0", 8);
}

/** Records are "LENGTH KEY=VALUE\n". */
function paxValue(records, key) {
  for (let at = 0; at < records.length;) {
    const length = parseInt(records.toString("latin1", at, at + 8), 10);
    if (!(length > 0)) throw badArchive("a pax header is malformed");
    const record = records.toString("utf8", at, at + length);
    const start = record.indexOf(" ") + 1;
    if (record.startsWith(`${key}=`, start)) return record.slice(start + key.length + 1, -1);
    at += length;
  }
  return null;
}
