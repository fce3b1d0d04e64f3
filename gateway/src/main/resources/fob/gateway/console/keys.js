// Keys of the gateway, for admins.

import { Ago, Confirm, Empty, html, Trouble, useJson, useState, useSubject } from "./ui.js";
import { json, key } from "./gateway.js";

export function KeysPage() {
  // Without a key there is none to see, and the first one ends the stream before this tab could show it.
  const some = useSubject(key.get() ? "keys" : null);
  const none = useJson(key.get() ? null : "/api/keys");
  const keys = key.get() ? some : none;
  const [made, setMade] = useState(null);
  const found = keys.value?.keys ?? [];
  const remove = (id) => json("DELETE", `/api/keys/${encodeURIComponent(id)}`);
  return html`
    <h1>Keys</h1>
    <${Trouble} problem=${keys.problem} />
    ${!keys.value && !keys.problem && html`<p class="starting" aria-busy="true">Loading…</p>`}
    ${keys.value && found.length === 0 && html`<${Empty}>No key was made, so everyone on this machine may do everything, and other machines nothing.
      The first key has to be one for an admin.<//>`}
    ${found.length > 0 && html`<table class="list">
      <thead><tr><th>Name</th><th>Role</th><th>Functions</th><th>Status</th><th>Expires</th><th></th></tr></thead>
      <tbody>${found.map((each) => html`<tr key=${each.id}>
        <td>${each.name} <span class="note">${each.id}</span></td>
        <td data-label="Role">${each.role}</td>
        <td data-label="Functions"><code>${each.functions}</code></td>
        <td><span class=${`status ${each.status === "active" ? "ready" : "failed"}`}>${each.status}</span></td>
        <td data-label="Expires">${each.expires ? html`<${Ago} at=${each.expires} />` : "never"}</td>
        <td class="actions">${each.status === "active" && html`<${Confirm} label="Delete" question=${`Refuse ${each.name} from now on?`} action=${() => remove(each.id)} />`}</td>
      </tr>`)}</tbody></table>`}
    ${made && html`<div class="card" role="status"><h2>The key ${made.name}</h2><p>Copy it now. It is not shown again.</p>
      <p><code class="secret">${made.key}</code></p>
      <div class="row">${navigator.clipboard && html`<button type="button" onClick=${() => navigator.clipboard.writeText(made.key).then(() => setMade({ ...made, copied: true }))}>${made.copied ? "Copied" : "Copy"}</button>`}
      ${!key.get() && html`<button type="button" class="primary" onClick=${() => { key.set(made.key); location.reload(); }}>Use it in this tab</button>`}</div></div>`}
    ${keys.value && html`<${NewKey} first=${found.length === 0} onMade=${setMade} />`}`;
}

function NewKey({ first, onMade }) {
  const [value, setValue] = useState({ name: "", role: first ? "admin" : "deploy", functions: "", secrets: "", expires: "" });
  const [problem, setProblem] = useState(null);
  const [busy, setBusy] = useState(false);
  const set = (name) => (e) => setValue({ ...value, [name]: e.target.value.trim() });
  async function submit(e) {
    e.preventDefault();
    setBusy(true);
    try {
      const wanted = Object.fromEntries(Object.entries(value).filter(([, text]) => text !== ""));
      onMade(await json("POST", "/api/keys", { json: wanted }));
      setProblem(null);
    } catch (failure) {
      setProblem(failure);
    }
    setBusy(false);
  }
  return html`<h2>Make a key</h2>
    <form onSubmit=${submit}>
      <div class="grid">
        <label class="field">Name <input required value=${value.name} onInput=${(e) => setValue({ ...value, name: e.target.value })} /></label>
        <label class="field">Role <select value=${value.role} onChange=${set("role")}>
          ${["metrics", "call", "deploy", "admin"].map((role) => html`<option key=${role}>${role}</option>`)}</select></label>
        <label class="field">Functions <input value=${value.functions} placeholder="*" onInput=${set("functions")} /></label>
        <label class="field">Secrets <input value=${value.secrets} placeholder="*, if functions is *" onInput=${set("secrets")} /></label>
        <label class="field">Expires after <input value=${value.expires} placeholder="never" onInput=${set("expires")} /></label>
      </div>
      <${Trouble} problem=${problem} />
      <div class="row"><button class="primary" disabled=${busy}>Make the key</button></div>
    </form>`;
}
