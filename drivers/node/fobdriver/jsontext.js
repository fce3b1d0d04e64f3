// JSON.parse that keeps numbers: integers that are not safe (Number.isSafeInteger) become BigInt, and numbers that are
// too large for a double are refused.
// Both threads use this file, so it binds what it uses: the function may change its thread's objects.
const { parse: plainParse } = JSON;
const bind = method => Function.prototype.call.bind(method);
const exec = bind(RegExp.prototype.exec);
const slice = bind(String.prototype.slice);
const indexOf = bind(String.prototype.indexOf);
const codeAt = bind(String.prototype.charCodeAt);
const { isSafeInteger, isFinite } = Number;
const { defineProperty } = Object;
const { isArray } = Array;
const ToNumber = Number, ToBigInt = BigInt;

const RISKY = /\d{16}|\d[eE]\+?\d{3}/;
const MOST_DIGITS = 4300;
const QUOTE = 34, COMMA = 44, COLON = 58, OPEN_LIST = 91, BACKSLASH = 92, CLOSE_LIST = 93, OPEN = 123, CLOSE = 125;

export function parse(text) {
  const value = plainParse(text); // also checks the syntax
  return exec(RISKY, text) ? rebuilt(text) : value;
}

/** Reads a valid text again, with exact numbers. It does not recurse, so that any depth is fine. */
function rebuilt(text) {
  const above = [];
  let holder = [], key = null, at = 0;
  const root = holder;
  const put = value => {
    if (isArray(holder)) holder[holder.length] = value;
    else if (key === "__proto__") {
      defineProperty(holder, key, { value, writable: true, enumerable: true, configurable: true });
    } else holder[key] = value;
    key = null;
  };
  while (at < text.length) {
    const code = codeAt(text, at);
    if (code <= 32 || code === COMMA || code === COLON) at++;
    else if (code === OPEN || code === OPEN_LIST) {
      const inner = code === OPEN ? {} : [];
      put(inner);
      above[above.length] = holder;
      holder = inner;
      at++;
    } else if (code === CLOSE || code === CLOSE_LIST) {
      holder = above[above.length - 1];
      above.length--;
      at++;
    } else {
      const end = code === QUOTE ? endOfText(text, at) : endOfWord(text, at);
      const word = slice(text, at, end);
      const value = code === QUOTE || code > 57 ? plainParse(word) : number(word);
      if (code === QUOTE && key === null && !isArray(holder)) key = value;
      else put(value);
      at = end;
    }
  }
  return root[0];
}

function endOfText(text, start) {
  let end = start;
  for (;;) {
    end = indexOf(text, '"', end + 1);
    let before = end;
    while (codeAt(text, before - 1) === BACKSLASH) before--;
    if ((end - before) % 2 === 0) return end + 1;
  }
}

function endOfWord(text, start) {
  let end = start + 1;
  for (; end < text.length; end++) {
    const code = codeAt(text, end);
    if (code <= 32 || code === COMMA || code === CLOSE || code === CLOSE_LIST) break;
  }
  return end;
}

function number(word) {
  const value = ToNumber(word);
  if (isSafeInteger(value)) return value;
  if (!exec(/^-?\d+$/, word)) {
    if (!isFinite(value)) throw new RangeError(`the number ${slice(word, 0, 30)} is too large`);
    return value;
  }
  if (word.length > MOST_DIGITS) throw new RangeError(`a number has more than ${MOST_DIGITS} digits`);
  return ToBigInt(word);
}
