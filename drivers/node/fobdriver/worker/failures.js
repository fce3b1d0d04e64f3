// Makes errors of what the function's code has thrown.
import { Failure } from "../failure.js";
import { causesOf, get, membersOf, messageOf, retryAfterOf, typeName, wantsNetwork } from "./foreign.js";
import { slice, split } from "./safe.js";
import * as stack from "./stack.js";

const MOST_LINES = 90;
const MOST_NAMED = 3;
const DEEPEST = 3;
const LONGEST_DESCRIPTION = 1000;
const NO_NETWORK = "the function has no network: to give it one, register it with network=true";

export function ofThrown(status, reason, thrown, hasNetwork) {
  let message = messageOf(thrown);
  const members = membersOf(thrown);
  for (let i = 0; i < members.length && i < MOST_NAMED; i++) {
    message += (i ? "; " : message ? ": " : "") + described(members[i]);
  }
  if (members.length > MOST_NAMED) message += "; …";
  if (!hasNetwork && wantsNetwork(thrown)) message += ` (${NO_NETWORK})`;
  const lines = [];
  addStack(lines, thrown, DEEPEST);
  const failure = new Failure(status, reason, message, {
    type: typeName(thrown), stack: lines.length > MOST_LINES ? shortened(lines) : lines, retry_after: retryAfterOf(thrown),
  });
  return failure;
}

/** Whether it is a syntax error that does not tell its file, as those of modules. */
export function lacksPlace(thrown, error) {
  return error.type === "SyntaxError" && !error.stack?.length && typeof get(thrown, "stack") === "string";
}

function described(thrown) {
  const message = messageOf(thrown);
  return slice(message ? `${typeName(thrown)}: ${message}` : typeName(thrown), 0, LONGEST_DESCRIPTION);
}

function addStack(lines, thrown, depth) {
  const causes = causesOf(thrown);
  for (let i = 0; i < causes.length; i++) {
    if (i) addAll(lines, split(`Caused by: ${described(causes[i])}`, "\n"));
    addAll(lines, stack.of(causes[i]));
    if (!depth) continue;
    const members = membersOf(causes[i]);
    for (let j = 0; j < members.length; j++) {
      addAll(lines, split(`Error ${j + 1} of ${members.length}: ${described(members[j])}`, "\n"));
      addStack(lines, members[j], depth - 1);
    }
  }
}

function addAll(lines, more) {
  for (let i = 0; i < more.length && lines.length < 1000; i++) lines[lines.length] = more[i];
}

function shortened(lines) {
  const kept = [];
  const left = lines.length - MOST_LINES;
  for (let i = 0; i < lines.length; i++) {
    if (i < 20 || i >= 20 + left) kept[kept.length] = lines[i];
    else if (i === 20) kept[kept.length] = `… ${left} lines …`;
  }
  return kept;
}
