// Reads the names that a function takes from the text of its parameter list. Runs once, when the function is loaded.
import { attempt } from "./foreign.js";
import { exec, indexOf, join, slice, sourceOf, startsWith, trim } from "./safe.js";

const LONGEST_DEFAULT = 30;
const MOST_READ = 100_000;
const OPENING = "([{", CLOSING = ")]}";

/**
 * Returns {expected, required, allowed, names, defaults}. `allowed` is null if any name may be given, because the
 * parameters are not destructured, have a rest element, or cannot be read. `names` are those that can be read, and
 * `defaults` the text of the default of each, or null.
 */
export function signatureOf(name, callee) {
  const source = slice(sourceOf(callee), 0, MOST_READ);
  const text = attempt(() => parameterList(source));
  if (text === undefined) return open(name, "…");
  const first = split(text)[0] ?? "";
  if (!first) {
    const takesAny = exec(/\barguments\b|\[native code\]/, source); // a bound function shows no parameters
    return takesAny ? open(name, "…") : { ...open(name, ""), allowed: [] };
  }
  if (first[0] !== "{") return open(name, first.length > LONGEST_DEFAULT ? "…" : first);
  const end = matching(first, 0);
  const required = [], names = [], defaults = [], shown = [];
  let closed = true;
  const elements = split(slice(first, 1, end));
  for (let i = 0; i < elements.length; i++) {
    const element = elements[i];
    if (!element) continue;
    const match = exec(/^([\p{ID_Start}$_][\p{ID_Continue}$]*)\s*(:|=|$)/u, element);
    if (!match) {
      closed = false;
      add(shown, startsWith(element, "...") ? element : "…");
      continue;
    }
    const usual = defaultOf(element);
    add(names, match[1]);
    add(defaults, usual);
    if (usual === null) add(required, match[1]);
    add(shown, usual === null ? match[1] : `${match[1]} = ${usual.length > LONGEST_DEFAULT ? "…" : usual}`);
  }
  return { expected: `${name}({${join(shown, ", ")}})`, required, allowed: closed ? names : null, names, defaults };
}

function add(list, element) {
  list[list.length] = element;
}

export function open(name, parameters) {
  return { expected: `${name}(${parameters})`, required: [], allowed: null, names: [], defaults: [] };
}

/** The text between the parentheses of a function, method or arrow function. */
function parameterList(source) {
  const head = exec(/^(?:async\b\s*)?(?:function\b\s*)?\*?\s*(?:[\p{ID_Continue}$]+\s*)?/u, source)[0];
  const single = exec(/^(?:async\s+)?([\p{ID_Start}$_][\p{ID_Continue}$]*)\s*=>/u, source);
  if (single) return single[1];
  if (source[head.length] !== "(" || exec(/^class\b/, source)) throw new SyntaxError("no parameter list");
  return slice(source, head.length + 1, matching(source, head.length));
}

/** The default value of an element such as `a = 1` or `a: {b} = {}`, or null. */
function defaultOf(element) {
  for (let i = 0; i < element.length; i = next(element, i)) {
    if (element[i] === "=" && element[i + 1] !== ">" && element[i + 1] !== "=") return trim(slice(element, i + 1));
  }
  return null;
}

/** Splits at commas that are not within brackets, texts or comments; comments are removed. */
function split(text) {
  const parts = [];
  let part = "";
  for (let i = 0, after; i < text.length; i = after) {
    after = next(text, i);
    if (text[i] === ",") {
      add(parts, trim(part));
      part = "";
    } else if (!isComment(text, i)) part += slice(text, i, after);
  }
  if (trim(part)) add(parts, trim(part));
  return parts;
}

function isComment(text, at) {
  return text[at] === "/" && (text[at + 1] === "/" || text[at + 1] === "*");
}

/** The index after what begins at an index: a bracket with its content, a text, a comment, or one character. */
function next(text, at) {
  const character = text[at];
  if (indexOf(OPENING, character) >= 0) return matching(text, at) + 1;
  if (character === '"' || character === "'" || character === "`") {
    let end = at + 1;
    while (text[end] !== character) {
      if (end >= text.length) throw new SyntaxError("a text has no end");
      if (character === "`" && text[end] === "$" && text[end + 1] === "{") end = matching(text, end + 1);
      end += text[end] === "\\" ? 2 : 1;
    }
    return end + 1;
  }
  if (isComment(text, at)) {
    const end = text[at + 1] === "/" ? indexOf(text, "\n", at) : indexOf(text, "*/", at + 2) + 1;
    if (end <= 0) throw new SyntaxError("a comment has no end");
    return end + 1;
  }
  return at + 1;
}

function matching(text, at) {
  for (let i = at + 1; i < text.length; i = next(text, i)) if (indexOf(CLOSING, text[i]) >= 0) return i;
  throw new SyntaxError("a bracket has no end");
}
