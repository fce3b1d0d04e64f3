// Reads which dependencies the code declares.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packagesOf } from "../fobdriver/specifiers.js";
import { Problem } from "./problem.js";

/** The members of a package.json that say what is installed. Its scripts are not for a place without its files. */
const MEMBERS = ["dependencies", "optionalDependencies", "peerDependencies", "peerDependenciesMeta", "devDependencies",
  "overrides", "engines"];
const DEPENDENCIES = ["dependencies", "optionalDependencies", "peerDependencies"];

/** Returns {manifest, lock}: the content of package.json, and the text of package-lock.json. Both may be missing. */
export function declared(code, entry) {
  return entry ? ofArchive(code) : { manifest: ofSource(readFileSync(join(code, "function"), "utf8")) };
}

function ofSource(source) {
  const dependencies = {}, lines = {};
  for (const { name, range = "latest", line } of packagesOf(source)) {
    if (name in dependencies && dependencies[name] !== range) {
      throw new Problem(`error: the code imports two versions of ${name}: ${dependencies[name]} in line ${lines[name]} and `
        + `${range} in line ${line}; write the same version in all imports`);
    }
    dependencies[name] = range;
    lines[name] = line;
  }
  return Object.keys(dependencies).length ? { name: "function", version: "0.0.0", private: true, dependencies } : null;
}

function ofArchive(code) {
  const text = read(join(code, "package.json"));
  if (text === null) return {};
  let content;
  try {
    content = JSON.parse(text);
    if (typeof content !== "object" || content === null || Array.isArray(content)) throw new Error("it is not an object");
  } catch (error) {
    throw new Problem(`error: package.json cannot be read: ${error.message}`);
  }
  const manifest = { name: "function", version: "0.0.0", private: true };
  for (const name of MEMBERS) {
    const member = content[name];
    if (member === undefined) continue;
    if (typeof member !== "object" || member === null || Array.isArray(member)) {
      throw new Problem(`error: "${name}" of package.json is not an object of names and texts`);
    }
    manifest[name] = member;
  }
  checkNode(manifest.engines?.node);
  for (const name of DEPENDENCIES) for (const [each, range] of Object.entries(manifest[name] ?? {})) check(each, range);
  if (!DEPENDENCIES.some(name => Object.keys(manifest[name] ?? {}).length)) return {};
  return { manifest, lock: read(join(code, "package-lock.json")) };
}

function check(name, range) {
  if (typeof range !== "string") throw new Problem(`error: the version of ${name} in package.json is not a text`);
  if (/^(file|link|workspace):|^\.{0,2}\//.test(range)) {
    throw new Problem(`error: ${name} is to come from ${range}, and only packages of a registry can be dependencies; `
      + "put its files into the archive and import them by their path");
  }
  if (/^(git|github|gist|bitbucket|gitlab|https?)[:+]|^[\w.-]+\/[\w.-]+/.test(range)) {
    throw new Problem(`error: ${name} is to come from ${range}, and only packages of a registry can be dependencies`);
  }
}

/** Checks plain ranges such as ">=18", "20.x" or "^18 || >=20"; npm checks the same of the dependencies. */
function checkNode(range) {
  if (range === undefined) return;
  const have = process.versions.node.split(".").map(Number);
  const alternatives = String(range).split("||").map(each => each.trim().split(/\s+(?=[<>=^~\dvx*])/));
  const fits = alternatives.some(all => all.every(each => fitsOne(each, have)));
  if (!fits) {
    throw new Problem(`error: the code wants Node ${range} (engines in package.json), and Node ${process.versions.node} `
      + "is here");
  }
}

function fitsOne(text, have) {
  const match = /^(>=|<=|>|<|=|\^|~)?\s*v?(\d+|x|\*)?(?:\.(\d+|x|\*))?(?:\.(\d+|x|\*))?/.exec(text);
  const parts = match.slice(2).filter(part => part !== undefined && part !== "x" && part !== "*").map(Number);
  if (!parts.length) return true;
  const order = compare(have, [...parts, 0, 0].slice(0, 3));
  const same = parts.every((part, i) => part === have[i]);
  switch (match[1]) {
    case ">=": return order >= 0;
    case ">": return parts.length < 3 ? order > 0 && !same : order > 0;
    case "<": return order < 0;
    case "<=": return order <= 0 || same;
    case "^": return order >= 0 && have[0] === parts[0];
    case "~": return order >= 0 && have[0] === parts[0] && (parts.length < 2 || have[1] === parts[1]);
    default: return same;
  }
}

function compare(a, b) {
  for (let i = 0; i < 3; i++) if (a[i] !== b[i]) return a[i] - b[i];
  return 0;
}

function read(path) {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (error.code === "ENOENT") return null;
    throw error;
  }
}
