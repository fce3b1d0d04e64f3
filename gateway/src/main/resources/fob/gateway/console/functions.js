// The list of functions, with their rates and latencies.

import { Ago, Empty, html, Sparkline, Status, Trouble, useSeconds, useState } from "./ui.js";
import { digits, micros } from "./format.js";
import { gatewayNow, may } from "./gateway.js";
import { series, useFunctions, useLive } from "./live.js";

const SHOWN = 200;
const SPARK_STEPS = 60;

export function FunctionsPage() {
  const { functions, problem } = useFunctions();
  const live = useLive(null);
  const [filter, setFilter] = useState("");
  const [all, setAll] = useState(false);
  useSeconds();
  const rows = functions ? byName(functions.values()).filter((row) => matches(row, filter)) : [];
  const shown = all ? rows : rows.slice(0, SHOWN);
  return html`
    <div class="head">
      <h1>Functions</h1>
      <input type="search" aria-label="Filter by name, language or status" placeholder="Filter" value=${filter}
        onInput=${(e) => setFilter(e.target.value)} />
      ${may("deploy") && html`<a class="button primary" href="#/new">New function</a>`}
    </div>
    <${Trouble} problem=${problem ?? live.problem} />
    ${!functions && !problem && html`<p class="starting" aria-busy="true">Loading…</p>`}
    ${functions?.size === 0 && html`<${Empty}>There is no function yet${may("deploy")
      ? html`. <a href="#/new">Write one</a>, or register one: <code>fob deploy add.py</code>`
      : " that this key may use."}<//>`}
    ${functions?.size > 0 && rows.length === 0 && html`<${Empty}>No function matches “${filter}”.<//>`}
    ${rows.length > 0 && html`
      <table class="list functions">
        <thead><tr><th>Name</th><th>Status</th><th>Language</th><th class="num">Calls/s</th><th>5 minutes</th>
          <th class="num">Errors</th><th class="num">p50</th><th class="num">p99</th><th>Registered</th></tr></thead>
        <tbody>${shown.map((row) => html`<${Row} key=${row.name} row=${row} live=${live} />`)}</tbody>
      </table>`}
    ${rows.length > shown.length && html`<p class="note">${shown.length} of ${rows.length} are shown.${" "}
      <button type="button" onClick=${() => setAll(true)}>Show all</button></p>`}`;
}

/** One row for each name, and one for each function without a name. */
function byName(details) {
  const rows = new Map();
  for (const detail of details) {
    const name = detail.name ?? detail.id;
    const row = rows.get(name) ?? { name, named: detail.name !== undefined, ids: [], versions: [] };
    row.ids.push(detail.id);
    row.versions.push(detail);
    rows.set(name, row);
  }
  for (const row of rows.values()) {
    row.versions.sort((a, b) => (b.weight ?? 0) - (a.weight ?? 0) || (b.version ?? 0) - (a.version ?? 0));
    [row.leading] = row.versions;
    // A newer version that has failed is what somebody wants to see first.
    row.failed = row.versions.find((each) => each.status === "failed" && (each.version ?? 0) > (row.leading.version ?? 0));
  }
  return [...rows.values()].sort((a, b) => a.name.localeCompare(b.name));
}

function matches({ name, leading }, filter) {
  const text = `${name} ${leading.language ?? "image"} ${leading.status}`.toLowerCase();
  return filter.toLowerCase().split(/\s+/).every((word) => text.includes(word));
}

function Row({ row, live }) {
  const steps = series(live, row.ids, SPARK_STEPS, gatewayNow());
  const perSecond = (count) => (1_000 * count) / live.stepMs;
  const newest = steps.at(-1);
  const calls = steps.reduce((sum, step) => sum + step.calls, 0);
  const errors = steps.reduce((sum, step) => sum + step.errors, 0);
  const last = steps.findLast((step) => step.calls > 0);
  const { leading } = row;
  return html`<tr>
    <td><a href=${`#/f/${encodeURIComponent(row.name)}`}>${row.named ? row.name : row.name.slice(0, 8)}</a>
      ${leading.version !== undefined && html` <span class="note">@${leading.version}</span>`}</td>
    <td><${Status} status=${leading.status} reason=${leading.reason} />
      ${row.failed && html` <span class="note">@${row.failed.version} failed</span>`}</td>
    <td data-label="Language">${leading.language ?? "image"}</td>
    <td class="num" data-label="Calls/s">${digits(perSecond(newest.calls))}</td>
    <td>${calls > 0
      ? html`<${Sparkline} values=${steps.map((step) => step.calls)} label=${`${calls} calls in 5 minutes`} />`
      : html`<span class="note">no calls</span>`}</td>
    <td class=${errors > 0 ? "num bad" : "num"} data-label="Errors">${errors}</td>
    <td class="num" data-label="p50">${micros(last?.p50_us)}</td>
    <td class="num" data-label="p99">${micros(last?.p99_us)}</td>
    <td data-label="Registered"><${Ago} at=${leading.registered} /></td>
  </tr>`;
}
