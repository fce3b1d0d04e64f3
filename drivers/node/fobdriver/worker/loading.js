// Loads the function's code and finds its entry point.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { Failure } from "../failure.js";
import { typeName } from "./foreign.js";

/** Returns a promise of the function. Throws what the code throws, or a Failure if there is no such function. */
export async function load({ entry, module, env }, name) {
  for (const variable of Object.keys(env)) process.env[variable] = env[variable];
  process.argv = [process.execPath, entry];
  const exported = module ? await import(pathToFileURL(entry).href) : createRequire(entry)(entry);
  const found = [exported?.[name], exported?.default?.[name]].find(each => each !== undefined);
  if (typeof found === "function") return found;
  const problem = found === undefined ? `the code exports no function ${name}`
    : `${name} is of type ${typeName(found)}, which cannot be called`;
  const example = module ? `export function ${name}({name}) { … }` : `exports.${name} = function ({name}) { … }`;
  throw new Failure(502, "failed", `${problem}: write one at the top level, for example: ${example}`,
    { type: "NoEntryPoint" });
}
