// The bus: topics, what waits in them, and the invokers with their shards. For admins.

import { Empty, html, Trouble, useSubject } from "./ui.js";

export function BusPage() {
  const { value, problem } = useSubject("bus");
  const { topics = [], invokers = [] } = value ?? {};
  return html`
    <h1>Bus</h1>
    <${Trouble} problem=${problem} />
    ${!value && !problem && html`<p class="starting" aria-busy="true">Loading…</p>`}
    ${value && html`
      <h2>Topics</h2>
      <table class="list"><thead><tr><th>Topic</th><th class="num">Partitions</th><th class="num">Waiting</th><th class="num">Oldest</th></tr></thead>
        <tbody>${topics.map((topic) => html`<tr key=${topic.name}><td><code>${topic.name}</code></td>
          <td class="num" data-label="Partitions">${topic.partitions}</td>
          <td class=${topic.lag > 0 ? "num warn" : "num"} data-label="Waiting">${topic.lag}</td>
          <td class="num" data-label="Oldest">${topic.lag === 0 ? "–" : `${(topic.oldest_ms / 1_000).toFixed(1)} s`}</td></tr>`)}</tbody></table>
      <h2>Invokers</h2>
      ${invokers.length === 0
        ? html`<${Empty}>No invoker runs, so calls wait in their topics.<//>`
        : html`<table class="list"><thead><tr><th>Invoker</th><th>Address</th><th>Shards</th></tr></thead>
            <tbody>${invokers.map((each) => html`<tr key=${each.id}><td><code>${each.id}</code></td><td>${each.address}</td>
              <td>${each.shards.join(", ")}</td></tr>`)}</tbody></table>`}`}`;
}
