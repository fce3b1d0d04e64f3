// Calls: one by its id, and the latest of a function.

import { Ago, Empty, html, Trouble, useJson, useRef, useState } from "./ui.js";
import { may } from "./gateway.js";
import { OneCall } from "./call.js";
import { useFunctions } from "./live.js";

export function CallsPage({ args: [id] }) {
  const field = useRef(null);
  const { functions } = useFunctions();
  const names = functions ? [...new Set([...functions.values()].map((each) => each.name ?? each.id))].sort() : [];
  const [chosen, setChosen] = useState("");
  return html`
    <h1>Calls</h1>
    <form class="row" onSubmit=${(e) => { e.preventDefault(); location.hash = `#/calls/${encodeURIComponent(field.current.value.trim())}`; }}>
      <label class="field">Request id <input ref=${field} required value=${id ?? ""} size="38" spellcheck=${false} /></label>
      <button class="primary">Look up</button>
    </form>
    ${id
      ? html`<${OneCall} key=${id} id=${id} />`
      : may("deploy") && html`<label class="field narrow">Calls of the function
          <select value=${chosen} onChange=${(e) => setChosen(e.target.value)}><option value="">–</option>
            ${names.map((name) => html`<option key=${name}>${name}</option>`)}</select></label>
        ${chosen && html`<${CallList} key=${chosen} name=${chosen} />`}`}`;
}

export function CallList({ name }) {
  const [since, setSince] = useState("1h");
  const calls = useJson(`/api/calls/${encodeURIComponent(name)}?since=${since}&limit=200`);
  const [open, setOpen] = useState(null);
  const newest = calls.value?.calls.toReversed() ?? [];
  return html`
    <div class="row">
      <label class="field">Since <select value=${since} onChange=${(e) => setSince(e.target.value)}>
        ${["5m", "1h", "24h", "168h"].map((each) => html`<option key=${each}>${each}</option>`)}</select></label>
      <button type="button" onClick=${calls.reload} disabled=${calls.loading}>Look again</button>
      <span class="note">Synchronous calls are kept for an hour, asynchronous ones for 7 days.</span>
    </div>
    <${Trouble} problem=${calls.problem} retry=${calls.reload} />
    ${calls.value?.note && html`<p class="banner">${calls.value.note}</p>`}
    ${calls.value && newest.length === 0 && html`<${Empty}>No call in this time.<//>`}
    ${newest.length > 0 && html`<table class="list">
      <thead><tr><th>When</th><th>Call</th><th>Kind</th><th>Parameters</th></tr></thead>
      <tbody>${newest.map((call) => html`<tr key=${call.id}>
        <td><${Ago} at=${call.at} /></td>
        <td><a href=${`#/calls/${encodeURIComponent(call.id)}`}><code>${call.id}</code></a>${" "}
          <button type="button" aria-expanded=${open === call.id} onClick=${() => setOpen(open === call.id ? null : call.id)}>Result</button></td>
        <td data-label="Kind">${call.kind}</td>
        <td><code class="cut">${call.payload === undefined ? `${call.content_type}, Base64 ${call.payload_base64}` : JSON.stringify(call.payload)}</code>
          ${open === call.id && html`<${OneCall} id=${call.id} />`}</td></tr>`)}</tbody>
    </table>`}`;
}

