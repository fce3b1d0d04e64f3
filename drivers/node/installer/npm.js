// Runs npm and says in one sentence why it failed.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { Problem } from "./problem.js";

const AWAY = ["ENOTFOUND", "ECONNREFUSED", "ECONNRESET", "ETIMEDOUT", "EAI_AGAIN", "ENETUNREACH", "EHOSTUNREACH", "EPIPE",
  "ERR_SOCKET_TIMEOUT", "ECONNABORTED", "E500", "E502", "E503", "E504", "E429", "FETCH_ERROR",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY", "SELF_SIGNED_CERT_IN_CHAIN", "CERT_HAS_EXPIRED"];
const MOST_LINES = 20;

export async function npm(args, folder) {
  const registry = process.env.FOB_NPM_REGISTRY;
  const all = [...args, "--json", "--omit=dev", "--no-audit", "--no-fund", "--no-update-notifier", "--engine-strict",
    `--cache=${join(process.env.TMPDIR || "/tmp", "fob-npm-cache")}`,
    "--replace-registry-host=always", "--omit-lockfile-registry-resolved", // another registry may serve the same later
    "--fetch-retries=2", "--fetch-retry-mintimeout=500", "--fetch-retry-maxtimeout=5000", "--fetch-timeout=60000",
    ...registry ? [`--registry=${registry}`] : []];
  process.stderr.write(`npm ${args.join(" ")}\n`);
  const child = spawn("npm", all, { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
  let out = "", said = "";
  child.stdout.setEncoding("utf8").on("data", text => out += text);
  child.stderr.setEncoding("utf8").on("data", text => {
    said = (said + text).slice(-100_000);
    process.stderr.write(text);
  });
  const code = await new Promise((resolve, reject) => {
    child.on("error", error => reject(error.code === "ENOENT" ? new Problem("error: npm is not installed here") : error));
    child.on("close", resolve);
  });
  if (code !== 0) throw new Problem(explained(errorIn(out) ?? {}, said));
}

/** What npm prints as JSON, perhaps after the output of scripts. */
function errorIn(out) {
  for (let at = out.lastIndexOf("\n{"); ; at = out.lastIndexOf("\n{", at - 1)) {
    try {
      return JSON.parse(out.slice(at + 1)).error;
    } catch {
      if (at < 0) return null;
    }
  }
}

function explained({ code = "", summary = "", detail = "" }, said) {
  const text = `${summary}\n${detail}`;
  const first = summary.trim().split("\n")[0];
  const others = text.split("\n").map(line => line.trimEnd()).filter(line => line && line !== first);
  const more = [...new Set(others)].slice(0, MOST_LINES);
  const lines = sentence => [`error: ${sentence}`, ...more].join("\n");
  const reason = new RegExp(AWAY.join("|")).exec(`${code} ${text}`)?.[0];
  if (code === "E404") {
    const missing = /'([^']+)' is not in this registry/.exec(text)?.[1] ?? /\/([^/\s]+) - Not found/i.exec(text)?.[1];
    return lines(`there is no package ${decodeURIComponent(missing ?? "of this name")} in the registry`);
  }
  if (code === "ETARGET" || code === "ENOVERSIONS") return lines(`there is no such version: ${first}`);
  if (code === "ERESOLVE") return lines("the versions of the dependencies conflict");
  if (code === "EINTEGRITY") return lines(`a package has another checksum than the lock says: ${first}`);
  if (code === "EUSAGE") return lines("package-lock.json does not fit package.json; run npm install and upload both");
  if (code === "EBADENGINE") return lines(`a package wants another version of Node: ${first}`);
  if (code === "EBADPLATFORM") return lines(`a package is for another platform: ${first}`);
  if (code === "EJSONPARSE") return lines("package.json or package-lock.json cannot be read");
  if (["EINVALIDPACKAGENAME", "EINVALIDTAGNAME"].includes(code)) return lines(`a name or version is not valid: ${first}`);
  if (["E401", "E403"].includes(code)) return lines(`the registry refuses: ${first}`);
  if (["ENOSPC", "EDQUOT", "EFBIG"].includes(code)) return lines("the dependencies need more space than they may have");
  if (reason) return lines(`the registry cannot be reached (${reason})`);
  const tail = said.trimEnd().split("\n").slice(-MOST_LINES).join("\n");
  return `error: npm failed${code ? ` (${code})` : ""}${first ? `: ${first}` : ""}\n${tail}`;
}
