// Reads the function's secrets, which never reach the log, errors or events.
import { mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fetchFile, notAvailable, pathOf } from "./fetching.js";

const PLACE = "/run/secrets";
const MOST_BYTES = 8 << 20;
const DEADLINE_MS = 10_000;

/** Returns a promise of the environment variables that hold secrets. */
export async function secretsOf({ secretsUrl: url, secretEnv: names, codeToken: token }, scratch) {
  const secrets = url.startsWith("file:") ? ofDirectory(pathOf(url)) : await download(url, token, scratch);
  const missing = names.filter(name => !secrets.has(name));
  if (missing.length) throw notAvailable(`the secrets ${missing.join(", ")} of FOB_SECRET_ENV are not there`);
  const spoilt = names.filter(name => secrets.get(name).includes("\0"));
  if (spoilt.length) throw notAvailable(`the secrets ${spoilt.join(", ")} contain a NUL, so they cannot be variables`);
  return Object.fromEntries(names.map(name => [name, secrets.get(name)]));
}

function ofDirectory(directory) {
  try {
    const names = readdirSync(directory).filter(name => statSync(join(directory, name)).isFile());
    return new Map(names.map(name => [name, readFileSync(join(directory, name), "utf8")]));
  } catch (error) {
    throw notAvailable(`the secrets cannot be read: ${error.code}`);
  }
}

async function download(url, token, scratch) {
  const what = { name: "the secrets", url, token, mostBytes: MOST_BYTES, deadlineMs: DEADLINE_MS };
  const path = await fetchFile(what, scratch);
  let secrets;
  try {
    secrets = Object.entries(JSON.parse(readFileSync(path, "utf8")));
    if (!secrets.every(([name, value]) => typeof value === "string" && /^[^/\0]+$/.test(name))) throw new TypeError();
  } catch {
    throw notAvailable(`the secrets at ${url} are not a JSON object of names and texts`);
  } finally {
    writeFileSync(path, "");
  }
  try {
    mkdirSync(PLACE, { recursive: true, mode: 0o700 });
    for (const [name, value] of secrets) writeFileSync(join(PLACE, name), value, { mode: 0o400 });
  } catch {
    // a platform without the folder: the variables are there all the same
  }
  return new Map(secrets);
}
