// The figures of a function, its instances, limits and settings.

import { Ago, Empty, html, TimeSplit, Trouble, useSeconds } from "./ui.js";
import { bytes, digits, micros } from "./format.js";
import { gatewayNow } from "./gateway.js";
import { series, useLive } from "./live.js";
import { Chart } from "./chart.js";

const STEPS = 180;

export function Overview({ name, meta, ids }) {
  const live = useLive(name);
  useSeconds();
  const steps = series(live, ids, STEPS, gatewayNow());
  const called = steps.filter((step) => step.calls > 0);
  const total = called.reduce((sum, step) => sum + step.calls, 0);
  const mean = (part) => called.reduce((sum, step) => sum + step.calls * step[part], 0) / total;
  const rate = (count) => (count === null ? null : (1_000 * count) / live.stepMs);
  const times = steps.map((step) => step.at / 1_000);
  const last = called.at(-1);
  return html`
    <${Trouble} problem=${live.problem} />
    ${total === 0
      ? live.loading ? html`<p class="starting" aria-busy=${!live.problem}>Loading…</p>` : html`<${Empty}>No call in the last 15 minutes.<//>`
      : html`<div class="cards">
          <div class="card"><h2>Calls a second</h2><p class="figure">${digits(rate(steps.at(-1).calls))}</p>
            <${Chart} label="Calls and errors a second, 15 minutes" times=${times} unit="/s" format=${digits}
              lines=${[["calls", steps.map((step) => rate(step.calls))], ["errors", steps.map((step) => rate(step.errors))]]} /></div>
          <div class="card"><h2>Time of a call</h2><p class="figure">${micros(last.p50_us)} <span class="note">median, ${micros(last.p99_us)} p99</span></p>
            <${Chart} label="Latency, 15 minutes" times=${times} format=${micros}
              lines=${[["p50", steps.map((step) => step.p50_us)], ["p99", steps.map((step) => step.p99_us)]]} /></div>
          <div class="card"><h2>Where the time goes</h2>
            <${TimeSplit} queue=${mean("queue_us")} wait=${mean("wait_us")} run=${mean("run_us")} />
            <p class="note">Means of ${total} calls: in Kafka, for an instance, and in the function.</p></div>
        </div>`}
    <h2>Instances</h2>
    ${meta.instances
      ? html`<ul class="plain">${meta.instances.map((each) => html`<li><code>${each.id}</code> <span class="note">${each.host}${each.port ? `:${each.port}` : ""}</span></li>`)}</ul>`
      : html`<${Empty}>${meta.status === "ready" ? "This key does not see them." : "None runs."}<//>`}
    ${meta.lastEnd && html`<p class="banner warn">${meta.lastEnd.count} ended early; the last <${Ago} at=${meta.lastEnd.at} />: ${meta.lastEnd.reason}</p>`}
    <h2>Settings</h2>
    <dl>${facts(meta).map(([label, value]) => html`<div class=${label === "Isolation" ? "wide" : ""}><dt>${label}</dt><dd>${value}</dd></div>`)}</dl>`;
}

function facts(meta) {
  const { limits, retry } = meta;
  const optional = [
    ["Idle after", limits.idle], ["Keep", limits.keep], ["Image", meta.image], ["Entry", meta.entry],
    ["Dependencies", meta.layer && bytes(meta.layer.bytes)],
    ["Variables", meta.env && Object.entries(meta.env).map(([key, value]) => `${key}=${value}`).join(", ")],
    ["Secrets", meta.secrets?.map((each) => each.name ?? each).join(", ")],
  ];
  return [
    ["Id", html`<code>${meta.id}</code>`],
    ["Registered", html`<${Ago} at=${meta.registered} />`],
    ["Timeout", limits.timeout],
    ["Memory", `${limits.memory_mib} MiB`],
    ["Processors", limits.cpus],
    ["Concurrency", `${limits.concurrency} calls an instance`],
    ["Instances", limits.instances],
    ["Network", limits.network ? "yes" : "no"],
    ["Retries", `${retry.retries}, within ${retry.max_age}`],
    ["Code", `${bytes(meta.code_bytes)}${meta.files ? ` in ${meta.files} files` : ""}`],
    ...optional.filter(([, value]) => value),
    ["Isolation", meta.isolation && `${meta.platform}: ${meta.isolation}`],
  ].filter(([, value]) => value !== undefined);
}
