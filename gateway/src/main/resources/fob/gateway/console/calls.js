// Calls: one by its id, and the latest of a function.

import { Ago, Empty, html, LongText, TimeSplit, Trouble, useEffect, useJson, useRef, useState } from "./ui.js";
import { request } from "./gateway.js";
import { useFunctions } from "./live.js";
import { facts } from "./try.js";

const WAIT_S = 30;

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
      : html`<label class="field narrow">Calls of the function
          <select value=${chosen} onChange=${(e) => setChosen(e.target.value)}><option value="">–</option>
            ${names.map((name) => html`<option key=${name}>${name}</option>`)}</select></label>
        ${chosen && html`<${CallList} key=${chosen} name=${chosen} />`}`}`;
}

/** Waits for the end of a call, and shows its progress meanwhile. */
export function OneCall({ id }) {
  const [state, setState] = useState({});
  const [round, setRound] = useState(0);
  useEffect(() => {
    const stop = new AbortController();
    watch(id, stop.signal, setState);
    return () => stop.abort();
  }, [id, round]);
  const { progress, result, problem, times, log } = state;
  return html`<section class="card" aria-live="polite">
    <h2><code>${id}</code></h2>
    ${progress && html`<p><span class="status deploying">${progress.state}</span> attempt ${progress.attempt}
      ${progress.next && html`, the next <${Ago} at=${progress.next} />`}</p>
      ${progress.attempts?.length > 0 && html`<${Attempts} attempts=${progress.attempts} />`}`}
    ${!progress && !problem && result === undefined && html`<p class="starting" aria-busy="true">Looking it up…</p>`}
    <${Trouble} problem=${problem} retry=${problem?.status === 0 ? () => setRound(round + 1) : undefined} />
    ${result !== undefined && html`<h3>Result</h3><${LongText} text=${result} name="result.json" />`}
    ${times && html`<${TimeSplit} ...${times} />`}
    ${log && html`<h3>Output</h3><${LongText} text=${log} name="output.txt" />`}
  </section>`;
}

export function Attempts({ attempts }) {
  return html`<ol class="plain">${attempts.map((each) => html`<li>${each.attempt}: <b>${each.status}</b> ${each.message} <${Ago} at=${each.at} /></li>`)}</ol>`;
}

async function watch(id, signal, setState) {
  let wait = 0;
  while (!signal.aborted) {
    try {
      const reply = await request("GET", `/api/result/${encodeURIComponent(id)}`, { signal, headers: { Prefer: `wait=${wait}` } });
      const text = await reply.text();
      if (reply.status !== 202) {
        setState({ result: text, ...facts(reply) });
        return;
      }
      const progress = JSON.parse(text);
      setState({ progress });
      // A retry may be minutes away, and its progress changes meanwhile.
      wait = WAIT_S;
    } catch (problem) {
      if (!signal.aborted) {
        setState({ problem, log: problem.body?.log?.join("\n"), ...(problem.response ? facts(problem.response) : {}) });
      }
      return;
    }
  }
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
        <td><a href=${`#/calls/${encodeURIComponent(call.id)}`} onClick=${(e) => { e.preventDefault(); setOpen(open === call.id ? null : call.id); }}
          aria-expanded=${open === call.id}><code>${call.id}</code></a></td>
        <td data-label="Kind">${call.kind}</td>
        <td><code class="cut">${call.payload === undefined ? `${call.content_type}, Base64 ${call.payload_base64}` : JSON.stringify(call.payload)}</code>
          ${open === call.id && html`<${OneCall} id=${call.id} />`}</td></tr>`)}</tbody>
    </table>`}`;
}

