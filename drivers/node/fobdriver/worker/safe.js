// Built-in functions, bound before the function's code is loaded: it may change what everything in its thread uses.
import fs from "node:fs";

const bind = method => Function.prototype.call.bind(method);

export const { stringify } = JSON;
export const { isArray } = Array;
export const { apply, ownKeys } = Reflect;
export const { getPrototypeOf, getOwnPropertyDescriptor, keys, defineProperty } = Object;
export const { isFinite } = Number;
export const byteLength = Buffer.byteLength;
export const bufferOf = Buffer.from;
export const readFileSync = fs.readFileSync;
export const exec = bind(RegExp.prototype.exec);
export const slice = bind(String.prototype.slice);
export const indexOf = bind(String.prototype.indexOf);
export const lastIndexOf = bind(String.prototype.lastIndexOf);
export const startsWith = bind(String.prototype.startsWith);
export const codeAt = bind(String.prototype.charCodeAt);
export const trim = bind(String.prototype.trim);
export const repeat = bind(String.prototype.repeat);
export const toISOString = bind(Date.prototype.toISOString);
export const sourceOf = bind(Function.prototype.toString);
export const mapGet = bind(Map.prototype.get);
export const mapSet = bind(Map.prototype.set);
export const mapHas = bind(Map.prototype.has);
export const setHas = bind(Set.prototype.has);
export const setAdd = bind(Set.prototype.add);
export const decodeURIText = decodeURI;
export const NewDate = Date;

/** Splits a text at a separator; String.prototype.split looks up a method of the separator, this does not. */
export function split(text, separator) {
  const parts = [];
  for (let at = 0, end; ; at = end + separator.length) {
    end = indexOf(text, separator, at);
    parts[parts.length] = end < 0 ? slice(text, at) : slice(text, at, end);
    if (end < 0) return parts;
  }
}

/** Joins texts; Array.prototype.join can be called on a frozen list of ours only through a look-up, this needs none. */
export function join(texts, separator) {
  let joined = texts.length ? texts[0] : "";
  for (let i = 1; i < texts.length; i++) joined += separator + texts[i];
  return joined;
}
