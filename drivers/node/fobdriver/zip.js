// Unpacks zip archives that an /init request carries, which are small enough for memory.
import { inflateRawSync } from "node:zlib";
import { badArchive, Unpacked } from "./unpacking.js";

const END = 0x06054b50, ENTRY = 0x02014b50, LOCAL = 0x04034b50;
const STORED = 0, DEFLATED = 8;
const KIND = 0o170000, LINK = 0o120000;

export function isZip(bytes) {
  return bytes.length > 22 && bytes.readUInt32LE(0) === LOCAL;
}

export function unpackZip(bytes, folder, limits) {
  const target = new Unpacked(folder, limits);
  try {
    for (const entry of entries(bytes)) {
      if (entry.name.endsWith("/")) target.directory(entry.name);
      else {
        const path = target.file(entry.name, entry.size, (entry.mode & 0o100) !== 0);
        target.append(path, content(bytes, entry));
      }
    }
  } catch (error) {
    const damaged = error instanceof RangeError || error.code?.startsWith("Z_");
    throw damaged ? badArchive(`it is damaged: ${error.message}`) : error;
  }
}

function* entries(bytes) {
  let end = bytes.length - 22;
  while (end >= 0 && bytes.readUInt32LE(end) !== END) end--;
  if (end < 0) throw badArchive("it has no list of its files");
  let at = bytes.readUInt32LE(end + 16);
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left--) {
    if (bytes.readUInt32LE(at) !== ENTRY) throw badArchive("its list of files is damaged");
    const [nameLength, extra, comment] = [28, 30, 32].map(offset => bytes.readUInt16LE(at + offset));
    const entry = {
      name: bytes.toString("utf8", at + 46, at + 46 + nameLength),
      method: bytes.readUInt16LE(at + 10),
      packed: bytes.readUInt32LE(at + 20),
      size: bytes.readUInt32LE(at + 24),
      mode: bytes.readUInt16LE(at + 40),
      start: bytes.readUInt32LE(at + 42),
    };
    if (bytes.readUInt16LE(at + 8) & 1) throw badArchive("it is encrypted");
    if ((entry.mode & KIND) === LINK) throw badArchive(`it has a link: ${JSON.stringify(entry.name.slice(0, 100))}`);
    yield entry;
    at += 46 + nameLength + extra + comment;
  }
}

function content(bytes, { name, method, packed, size, start }) {
  const from = start + 30 + bytes.readUInt16LE(start + 26) + bytes.readUInt16LE(start + 28);
  const piece = bytes.subarray(from, from + packed);
  if (method !== STORED && method !== DEFLATED) {
    throw badArchive(`${name} is packed by a method other than deflate`);
  }
  const plain = method === DEFLATED ? inflateRawSync(piece, { maxOutputLength: Math.max(1, size) }) : piece;
  if (plain.length !== size) throw badArchive(`${name} has another size than its list of files says`);
  return plain;
}
