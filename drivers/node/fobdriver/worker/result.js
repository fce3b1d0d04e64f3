// Converts a result to JSON, or says which part of it is not JSON. JSON.stringify would drop or change such parts.
import { cut, Failure } from "../failure.js";
import { typeName } from "./foreign.js";
import { apply, byteLength, exec, getPrototypeOf, isArray, isFinite, keys, stringify } from "./safe.js";

const DEEPEST = 500;
const MOST_KEYS = 20;
const LONGEST_KEY = 100;
const LONE_SURROGATE = /\p{Surrogate}/u;
const ADVICE = "Return null, true or false, numbers, strings, or arrays and objects of these";
const { prototype: plain } = Object;

/** Types that JSON.stringify turns into something without their content. */
const OPAQUE = [Map, Set, WeakMap, WeakSet, Promise, RegExp, Error, ArrayBuffer, SharedArrayBuffer, DataView,
  getPrototypeOf(Uint8Array), Function].map(type => type.prototype);
const iterator = getPrototypeOf([][Symbol.iterator]()), asyncGenerator = getPrototypeOf(async function* () {}.prototype);
OPAQUE.push(getPrototypeOf(iterator), getPrototypeOf(asyncGenerator)); // what all iterators have

class NotJson {
  constructor(value, problem) {
    this.value = value;
    this.problem = problem;
    this.path = []; // the innermost key first
  }
}

export function toJson(value, limit) {
  let encoded;
  try {
    encoded = value === undefined ? "null" : encode(value, []);
  } catch (error) {
    throw notJson(value, error);
  }
  const size = byteLength(encoded);
  if (size > limit) {
    throw new Failure(500, "result-too-large", `the result has ${size} bytes as JSON, and ${limit} are allowed: `
      + "return less, or store it elsewhere and return where it is", { size, limit });
  }
  return encoded;
}

function encode(value, above) {
  switch (typeof value) {
    case "string":
      if (exec(LONE_SURROGATE, value)) {
        throw new NotJson(value, "the text has a lone surrogate, so it is not Unicode");
      }
      return stringify(value);
    case "number":
      if (isFinite(value)) return `${value}`;
      throw new NotJson(value, `JSON has no ${value}`);
    case "boolean":
      return value ? "true" : "false";
    case "bigint":
      return `${value}`;
    case "object":
      return value === null ? "null" : encodeObject(value, above);
    default:
      throw new NotJson(value, `it is of type ${typeName(value)}`);
  }
}

function encodeObject(value, above) {
  const kind = opaqueType(value);
  if (kind) throw new NotJson(value, `it is of type ${kind}`);
  for (let i = 0; i < above.length; i++) if (above[i] === value) throw new NotJson(value, "it contains itself");
  if (above.length >= DEEPEST) throw new NotJson(value, "it is nested too deeply");
  const { toJSON } = value;
  above[above.length] = value;
  let encoded;
  if (typeof toJSON === "function") encoded = encode(apply(toJSON, value, [""]), above);
  else encoded = isArray(value) ? encodeArray(value, above) : encodeMembers(value, above);
  above.length--;
  return encoded;
}

function encodeArray(value, above) {
  let encoded = "[";
  for (let i = 0; i < value.length; i++) encoded += (i ? "," : "") + at(i, value[i], above);
  return encoded + "]";
}

/** Members that are undefined are left out, as JSON.stringify does. */
function encodeMembers(value, above) {
  let encoded = "";
  const names = keys(value);
  for (let i = 0; i < names.length; i++) {
    const member = value[names[i]];
    if (member !== undefined) encoded += (encoded ? "," : "") + encode(names[i], above) + ":" + at(names[i], member, above);
  }
  return `{${encoded}}`;
}

function at(key, value, above) {
  try {
    return encode(value, above);
  } catch (error) {
    if (error instanceof NotJson) error.path[error.path.length] = key;
    throw error;
  }
}

function opaqueType(value) {
  for (let type = value, i = 0; type !== null && type !== plain && i < 100; type = getPrototypeOf(type), i++) {
    for (let j = 0; j < OPAQUE.length; j++) if (type === OPAQUE[j]) return typeName(value);
  }
  return null;
}

function notJson(value, error) {
  const found = error instanceof NotJson ? error : new NotJson(value, `its conversion failed: ${typeName(error)}`);
  let where = "result";
  for (let i = found.path.length - 1, left = MOST_KEYS; i >= 0 && left > 0; i--, left--) {
    where += typeof found.path[i] === "number" ? `[${found.path[i]}]` : `[${cut(quoted(found.path[i]), LONGEST_KEY)}]`;
  }
  if (found.path.length > MOST_KEYS) where += "…";
  return new Failure(500, "result-not-json", `${where} is not JSON: ${found.problem}. ${ADVICE}`,
    { type: typeName(found.value), where });
}

function quoted(key) {
  return `'${cut(key, LONGEST_KEY)}'`;
}
