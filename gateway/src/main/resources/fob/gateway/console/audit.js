// Who has changed what, for admins.

import { Ago, Empty, html, Trouble, useEffect, useJson, useState, useSubject } from "./ui.js";

const NEWEST = 100;
const MOST = 1_000;

export function AuditPage() {
  const newest = useSubject("audit");
  const [all, setAll] = useState(false);
  const more = useJson(all ? `/api/audit?limit=${MOST}` : null);
  useEffect(() => { if (more.value) { more.reload(); } }, [newest.value]);
  const { value } = all && more.value ? more : newest;
  const found = value?.audit ?? [];
  return html`
    <div class="head"><h1>Audit</h1></div>
    <${Trouble} problem=${newest.problem ?? more.problem} />
    ${!value && !newest.problem && html`<p class="starting" aria-busy="true">Loading…</p>`}
    ${value && found.length === 0 && html`<${Empty}>Nothing was changed over HTTP in the last 30 days.<//>`}
    ${found.length > 0 && html`<table class="list">
      <thead><tr><th>When</th><th>Client</th><th>Action</th><th>What</th><th class="num">Status</th></tr></thead>
      <tbody>${found.map((each) => html`<tr>
        <td><${Ago} at=${each.at} /></td>
        <td data-label="Client">${each.client} <span class="note">${each.address}</span></td>
        <td><code>${each.action}</code></td>
        <td>${each.subject}</td>
        <td class=${each.status < 400 ? "num" : "num bad"} data-label="Status">${each.status}</td></tr>`)}</tbody></table>`}
    ${!all && found.length === NEWEST && html`<button type="button" onClick=${() => setAll(true)}>Up to ${MOST.toLocaleString("en")} entries</button>`}`;
}
