// The settings of a registration, as a form.

import { html, useJson } from "./ui.js";

const FIELDS = [
  ["timeout", "Timeout", "30s", "How long one call may run"],
  ["memory", "Memory (MiB)", "128", "Of one instance"],
  ["cpus", "Processors", "1", "The most of one instance, in cores"],
  ["concurrency", "Concurrency", "8", "Calls that one instance runs at a time"],
  ["instances", "Instances", "1", ""],
  ["idle", "Idle", "", "Stop it after this long without a call, such as 10m"],
  ["retries", "Retries", "2", "Of an asynchronous call that has failed"],
];

/** The query parameters of `POST /api/gen` for these settings. */
export function settingsQuery({ env = "", secrets = [], network, ...simple }) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(simple)) {
    if (value !== null && value !== undefined && value !== "") {
      query.set(name, value);
    }
  }
  if (network) {
    query.set("network", "true");
  }
  for (const line of env.split("\n").map((each) => each.trim()).filter(Boolean)) {
    const at = line.indexOf("=");
    query.set(`env.${at < 0 ? line : line.slice(0, at)}`, at < 0 ? "" : line.slice(at + 1));
  }
  secrets.forEach((name) => query.append("secret", name));
  return query;
}

/** The settings of a function that is there, for its next version. */
export function settingsOf(meta) {
  const { limits, retry } = meta;
  const known = {
    timeout: limits.timeout, memory: limits.memory_mib, cpus: limits.cpus, concurrency: limits.concurrency,
    instances: limits.instances, idle: limits.idle, retries: retry.retries, spread: limits.spread, keep: limits.keep,
  };
  const usual = { timeout: "30s", memory: 128, cpus: 1, concurrency: 8, instances: 1, retries: 2, spread: 1, keep: "10m" };
  return {
    ...Object.fromEntries(Object.entries(known).filter(([name, value]) => value !== usual[name])),
    "max-age": retry.max_age === "1h" ? undefined : retry.max_age,
    mcp: meta.mcp ? "true" : undefined,
    network: limits.network,
    env: Object.entries(meta.env ?? {}).map(([name, value]) => `${name}=${value}`).join("\n"),
    secrets: (meta.secrets ?? []).map((each) => (typeof each === "string" ? each : `${each.name}${each.file ? ":file" : ""}`)),
  };
}

export function Settings({ value, onChange }) {
  const known = useJson("/api/secrets").value?.secrets.map((each) => each.name) ?? [];
  const chosen = value.secrets ?? [];
  const set = (part) => onChange({ ...value, ...part });
  return html`<details class="settings">
    <summary>Settings</summary>
    <div class="grid">
      ${FIELDS.map(([name, label, usual, note]) => html`<label class="field" key=${name}>${label}
        <input value=${value[name] ?? ""} placeholder=${usual} onInput=${(e) => set({ [name]: e.target.value.trim() })} />
        <span class="note">${note}</span></label>`)}
      <label class="check"><input type="checkbox" checked=${value.network ?? false} onChange=${(e) => set({ network: e.target.checked })} />
        May use the network</label>
    </div>
    <label class="field">Environment variables, one <code>NAME=value</code> a line
      <textarea rows="3" value=${value.env ?? ""} onInput=${(e) => set({ env: e.target.value })} spellcheck=${false} /></label>
    ${known.length > 0 && html`<fieldset><legend>Secrets</legend>${known.map((name) => html`<label class="check" key=${name}>
      <input type="checkbox" checked=${chosen.some((each) => each === name || each === `${name}:file`)}
        onChange=${(e) => set({ secrets: e.target.checked ? [...chosen, name] : chosen.filter((each) => each.split(":")[0] !== name) })} />
      <code>${name}</code></label>`)}</fieldset>`}
  </details>`;
}
