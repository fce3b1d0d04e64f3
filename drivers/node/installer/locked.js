// Reads npm's lock file.
import { Problem } from "./problem.js";

const FOLDER = "node_modules/";

/** Returns [{name, version, hash}] of the packages that will be installed, sorted. */
export function lockedPackages({ packages = {} }) {
  const found = [];
  for (const [path, entry] of Object.entries(packages)) {
    if (path === "" || entry.dev || entry.devOptional) continue;
    const name = entry.name ?? path.slice(path.lastIndexOf(FOLDER) + FOLDER.length);
    if (entry.inBundle) continue; // is part of another package, whose checksum covers it
    if (entry.link || !entry.integrity) {
      throw new Problem(`error: ${name} is to come from ${entry.resolved ?? path}, which has no checksum; only packages of `
        + "a registry can be dependencies");
    }
    found.push({ name, version: entry.version, hash: entry.integrity });
  }
  const key = each => `${each.name}@${each.version}`;
  const unique = new Map(found.map(each => [key(each), each]));
  return [...unique.values()].sort((a, b) => key(a) < key(b) ? -1 : 1);
}
