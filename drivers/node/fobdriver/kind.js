// Says whether a file is an ECMAScript module or CommonJS.
import { readFileSync } from "node:fs";
import { dirname, extname, join, relative } from "node:path";
import { compileFunction } from "node:vm";

const ONLY_IN_MODULES = [
  "Unexpected token 'export'", "Cannot use import statement outside a module",
  "Cannot use 'import.meta' outside a module",
  "await is only valid in async functions and the top level bodies of modules"];

/** Whether the file is a module. `folder` is the topmost whose package.json counts. */
export function isModule(file, folder) {
  const extension = extname(file);
  if (extension === ".mjs" || extension === ".cjs") return extension === ".mjs";
  return typeOf(dirname(file), folder) === "module";
}

/** Whether the text only makes sense as a module. Compiles it and does not run it. */
export function looksLikeModule(source) {
  try {
    compileFunction(source, ["exports", "require", "module", "__filename", "__dirname"]);
    return false;
  } catch (error) {
    return ONLY_IN_MODULES.includes(error.message);
  }
}

/** The type that the nearest package.json gives; undefined if there is none. */
function typeOf(directory, folder) {
  try {
    const { type } = JSON.parse(readFileSync(join(directory, "package.json"), "utf8"));
    return type ?? "commonjs";
  } catch (error) {
    if (error.code !== "ENOENT") return "commonjs"; // Node itself tells what is wrong with it
  }
  return relative(folder, directory) === "" ? undefined : typeOf(dirname(directory), folder);
}
