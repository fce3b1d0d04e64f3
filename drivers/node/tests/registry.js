// A registry of npm packages on the loopback.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import http from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const temporary = t => {
  const folder = mkdtempSync(join(tmpdir(), "fob-install-"));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
};

/** A registry with a package for each of `packages`: {name: {version: dependencies}}. */
export async function registry(t, packages) {
  const tarballs = new Map(), documents = new Map();
  const server = http.createServer((request, response) => {
    const path = decodeURIComponent(request.url);
    const body = tarballs.get(path) ?? documents.get(path);
    response.writeHead(body ? 200 : 404);
    response.end(body ?? '{"error":"Not found"}');
  });
  t.after(() => server.close().closeAllConnections());
  await new Promise(resolve => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${server.address().port}`;
  for (const [name, versions] of Object.entries(packages)) {
    const document = { name, "dist-tags": { latest: Object.keys(versions).at(-1) }, versions: {} };
    for (const [version, more] of Object.entries(versions)) {
      const folder = temporary(t);
      mkdirSync(join(folder, "package"));
      const manifest = { name, version, main: "index.js", ...more };
      writeFileSync(join(folder, "package/package.json"), JSON.stringify(manifest));
      writeFileSync(join(folder, "package/index.js"), `module.exports = "${name} ${version}"`);
      const bytes = execFileSync("tar", ["-cz", "-C", folder, "package"]);
      const path = `/${name}/-/${version}.tgz`;
      tarballs.set(path, bytes);
      const integrity = `sha512-${createHash("sha512").update(bytes).digest("base64")}`;
      document.versions[version] = { ...manifest, dist: { tarball: url + path, integrity } };
    }
    documents.set(`/${name}`, JSON.stringify(document));
  }
  return { url, tarballs };
}
