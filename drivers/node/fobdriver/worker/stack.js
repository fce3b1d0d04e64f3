// The lines of a stack that are in the function's own files, each with its text.
import { decodeURIText, exec, mapGet, mapHas, mapSet, readFileSync, slice, split, startsWith, trim } from "./safe.js";
import { attempt, stackTextOf } from "./foreign.js";

const LONGEST_LINE = 200;
const MOST_FRAMES = 40;
const FRAME = /^\s+at (?:(.*) \()?(file:\/\/)?(\/.*?):(\d+):(\d+)\)?$/;
const PLACE = /^(file:\/\/)?(\/.*?):(\d+)$/;

const files = new Map(); // the lines of files
let folder = "/";

/** Sets the folder of the function's own files. */
export function setFolder(path) {
  folder = path + "/";
}

export function of(thrown) {
  const text = stackTextOf(thrown);
  if (text === undefined) return [];
  const lines = split(text, "\n");
  const shown = ofSyntaxError(lines);
  addFrames(shown, lines);
  return shown;
}

/** A syntax error begins with the file and line, the line's text, and a mark below it. */
function ofSyntaxError(lines) {
  const place = exec(PLACE, lines[0]);
  const name = place && inFolder(place[1], place[2]);
  if (!name) return [];
  return [`  at ${name}:${place[3]}`, `    ${cutLine(lines[1] ?? "")}`, `    ${cutLine(lines[2] ?? "")}`];
}

function addFrames(shown, lines) {
  let frames = 0, last = null, times = 0;
  const tellTimes = () => {
    if (times) shown[shown.length] = `  [the same ${times} more times]`;
    times = 0;
  };
  for (let i = 0; i < lines.length && frames < MOST_FRAMES; i++) {
    const match = exec(FRAME, lines[i]);
    const name = match && inFolder(match[2], match[3]);
    if (!name) continue;
    const place = `${name}:${match[4]}:${match[5]}`;
    if (place === last) {
      times++;
      continue;
    }
    tellTimes();
    last = place;
    frames++;
    shown[shown.length] = match[1] ? `  at ${cutLine(match[1])} (${place})` : `  at ${place}`;
    const text = trim(lineOf(match[3], match[2], +match[4]));
    if (text) shown[shown.length] = `    ${cutLine(text)}`;
  }
  tellTimes();
}

/** The path within the function's folder, or null. */
function inFolder(scheme, path) {
  const real = scheme ? attempt(() => decodeURIText(path)) ?? path : path;
  const name = startsWith(real, folder) ? slice(real, folder.length) : null;
  return name === null || exec(/(^|\/)node_modules\//, name) ? null : name;
}

function lineOf(path, scheme, number) {
  const file = scheme ? attempt(() => decodeURIText(path)) ?? path : path;
  if (!mapHas(files, file)) mapSet(files, file, split(attempt(() => readFileSync(file, "utf8")) ?? "", "\n"));
  return mapGet(files, file)[number - 1] ?? "";
}

function cutLine(text) {
  return text.length <= LONGEST_LINE ? text : slice(text, 0, LONGEST_LINE) + "…";
}
