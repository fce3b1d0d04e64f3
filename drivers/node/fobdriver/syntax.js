// Finds the place of a syntax error in a module, which Node tells only when it checks a file.
import { readdirSync } from "node:fs";
import { join } from "node:path";

const MOST_FILES = 50;
const LONGEST_LINE = 200;

/** Returns a promise of the lines of the stack; empty if no file of the folder has a syntax error. */
export async function placeOfSyntaxError({ folder, entry }) {
  const { execFile } = await import("node:child_process");
  const others = readdirSync(folder, { recursive: true }).map(String)
    .filter(name => /\.[cm]?js$/.test(name) && !/(^|\/)node_modules\//.test(name)).map(name => join(folder, name));
  for (const file of [entry, ...others.filter(each => each !== entry).slice(0, MOST_FILES)]) {
    const problem = await new Promise(resolve => {
      execFile(process.execPath, ["--check", file], { timeout: 10_000, maxBuffer: 16 << 20 },
        (error, stdout, stderr) => resolve(error ? stderr : ""));
    });
    const [place, line = "", mark = ""] = problem.split("\n");
    const number = /:(\d+)$/.exec(place);
    if (number) {
      const cut = text => text.length > LONGEST_LINE ? `${text.slice(0, LONGEST_LINE)}…` : text;
      return [`  at ${file.slice(folder.length + 1)}:${number[1]}`, `    ${cut(line)}`, `    ${cut(mark)}`];
    }
  }
  return [];
}
