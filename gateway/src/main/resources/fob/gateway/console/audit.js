// Who has changed what, for admins.

import { Ago, Empty, html, Trouble, useJson, useState } from "./ui.js";

export function AuditPage() {
  const [limit, setLimit] = useState(100);
  const audit = useJson(`/api/audit?limit=${limit}`);
  const found = audit.value?.audit ?? [];
  return html`
    <div class="head"><h1>Audit</h1><button type="button" onClick=${audit.reload} disabled=${audit.loading}>Look again</button></div>
    <${Trouble} problem=${audit.problem} retry=${audit.reload} />
    ${audit.value && found.length === 0 && html`<${Empty}>Nothing was changed over HTTP in the last 30 days.<//>`}
    ${found.length > 0 && html`<table class="list">
      <thead><tr><th>When</th><th>Client</th><th>Action</th><th>What</th><th class="num">Status</th></tr></thead>
      <tbody>${found.map((each) => html`<tr>
        <td><${Ago} at=${each.at} /></td>
        <td data-label="Client">${each.client} <span class="note">${each.address}</span></td>
        <td><code>${each.action}</code></td>
        <td>${each.subject}</td>
        <td class=${each.status < 400 ? "num" : "num bad"} data-label="Status">${each.status}</td></tr>`)}</tbody></table>`}
    ${found.length === limit && limit < 1_000 && html`<button type="button" onClick=${() => setLimit(1_000)}>Up to 1,000 entries</button>`}`;
}
