// The installer of dependencies; ../CONTRACT.md says what it does. Usage: node install.mjs lock|install [FOLDER], where
// FOLDER stands for /fob, or node install.mjs serve
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { declared } from "./installer/declared.js";
import { npm } from "./installer/npm.js";
import { Problem } from "./installer/problem.js";
import { lockedPackages } from "./installer/locked.js";
import { serve } from "./installer/serve.js";

const ROOT = process.argv[3] ?? "/fob";
const OUT = join(ROOT, "out");
const TMP = process.env.TMPDIR || "/tmp";

const actions = {
  /** Resolves the dependencies and writes lock.json. */
  async lock() {
    const { manifest, lock } = declared(join(ROOT, "code"), process.env.FOB_CODE_ENTRY);
    let locked = { packages: [] };
    if (manifest) {
      const folder = join(TMP, "fob-lock");
      rmSync(folder, { recursive: true, force: true });
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, "package.json"), JSON.stringify(manifest, null, 2));
      if (lock) {
        writeFileSync(join(folder, "package-lock.json"), lock);
        await npm(["ci", "--dry-run", "--ignore-scripts"], folder);
      } else await npm(["install", "--package-lock-only", "--ignore-scripts"], folder);
      const npmLock = JSON.parse(readFileSync(join(folder, "package-lock.json"), "utf8"));
      const packages = lockedPackages(npmLock);
      if (packages.length) locked = { packages, manifest, npmLock };
    }
    writeFileSync(join(OUT, "lock.json"), JSON.stringify(locked));
  },

  /** Fills the output directory with the packages of lock.json. */
  async install() {
    const { packages, manifest, npmLock } = JSON.parse(readFileSync(join(ROOT, "lock.json"), "utf8"));
    if (!packages.length) return;
    const files = { "package.json": manifest, "package-lock.json": npmLock };
    for (const name in files) writeFileSync(join(OUT, name), JSON.stringify(files[name]));
    await npm(["ci", "--foreground-scripts"], OUT);
    for (const name in files) rmSync(join(OUT, name));
  },

  async serve() {
    serve(process.env);
  },
};

try {
  const action = actions[process.argv[2]];
  if (!action) throw new Problem("error: expected lock, install or serve as the argument");
  await action();
} catch (error) {
  const space = ["ENOSPC", "EDQUOT", "EFBIG"].includes(error.code);
  const lines = error instanceof Problem ? error.message
    : space ? "error: the dependencies need more space than they may have" : `error: the installer failed: ${error.stack}`;
  process.stderr.write(`${lines}\n`);
  process.exitCode ||= 1;
}
