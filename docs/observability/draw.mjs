// Draws panels of dashboard.json without a Grafana: a Prometheus answers their queries, and uPlot draws them in Chromium.
//
//   npm install --prefix target/browser playwright-core@1.65.1 uplot@1.6.32
//   NODE_PATH=$PWD/target/browser/node_modules node docs/observability/draw.mjs PROMETHEUS FROM TO PICTURE.png [CHAOS]
//
// PROMETHEUS is its address, FROM and TO are times such as 2026-01-02T03:04:05Z. CHAOS is a file with what `./fob chaos` has printed: its faults become grey bars.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const { chromium } = require("playwright-core");
const [prometheus, fromText, toText, picture, chaos] = process.argv.slice(2);
const [from, to] = [fromText, toText].map((text) => Date.parse(text) / 1_000);
const STEP_S = 1;
const RATE = "10s";
const PANELS = [
  "Calls by kind", "Time of synchronous calls", "Where synchronous calls spend it (mean)",
  "Records that are not done", "Age of the oldest record that is not done", "Calls in invokers",
  "Asynchronous calls", "Instances", "HTTP requests by status",
];

const { panels } = JSON.parse(readFileSync(new URL("dashboard.json", import.meta.url)));
const charts = [];
for (const title of PANELS) {
  const panel = panels.find((each) => each.title === title);
  const series = (await Promise.all(panel.targets.map(query))).flat();
  charts.push({ title, unit: panel.fieldConfig.defaults.unit ?? "", series });
}

/** The lines of one query, on a time axis with a value or a gap for each step. */
async function query({ expr, legendFormat }) {
  const text = expr.replaceAll("$__rate_interval", RATE).replaceAll("$name", ".*");
  const reply = await fetch(`${prometheus}/api/v1/query_range?${new URLSearchParams({ query: text, start: from, end: to, step: STEP_S })}`);
  const { status, error, data } = await reply.json();
  if (status !== "success") {
    throw new Error(`${text}: ${error}`);
  }
  return data.result.map(({ metric, values }) => {
    const byTime = new Map(values.map(([at, value]) => [Math.round(at), Number(value)]));
    return {
      name: legendFormat.replace(/\{\{(\w+)}}/g, (_, label) => metric[label] ?? ""),
      values: times().map((at) => (Number.isFinite(byTime.get(at)) ? byTime.get(at) : null)),
    };
  });
}

function times() {
  return Array.from({ length: Math.floor((to - from) / STEP_S) + 1 }, (_, i) => Math.round(from + i * STEP_S));
}

/** The faults of a chaos run: `{from, to, name}`. */
function faults() {
  const form = /FaultInjected\[at=([^,]+), until=([^,]+), fault=([^,]+), target=([^\]]+)]/;
  return (chaos ? readFileSync(chaos, "utf8").split("\n") : [])
    .map((line) => form.exec(line))
    .filter(Boolean)
    .map(([, start, end, fault, victim]) => ({ from: Date.parse(start) / 1_000, to: Date.parse(end) / 1_000, name: `${fault} (${victim})` }));
}

/** Runs in the page. */
function draw({ charts, times, faults }) {
  const colours = ["#0b5f66", "#c2410c", "#4f46e5", "#a16207", "#be185d", "#15803d", "#475569", "#7c3aed", "#0369a1"];
  const show = { s: (v) => (v < 1 ? `${Math.round(1_000 * v)} ms` : `${v} s`) };
  const bars = {
    hooks: {
      drawClear: (u) => {
        u.ctx.fillStyle = "#e2e6ea";
        for (const each of faults) {
          const left = u.valToPos(each.from, "x", true);
          u.ctx.fillRect(left, u.bbox.top, Math.max(2, u.valToPos(each.to, "x", true) - left), u.bbox.height);
        }
      },
    },
  };
  for (const { title, unit, series } of charts) {
    const place = document.body.appendChild(document.createElement("section"));
    place.append(Object.assign(document.createElement("h2"), { textContent: title }));
    const axis = { font: "11px system-ui", grid: { stroke: "#d8dde2", width: 1 }, ticks: { show: false } };
    new uPlot({
      width: 400, height: 170, plugins: [bars], legend: { show: true, live: false },
      scales: { y: { range: (_, low, high) => [0, high > 0 ? high * 1.1 : 1] } },
      axes: [
        { ...axis, values: (u, ticks) => ticks.map((at) => new Date(1_000 * at).toISOString().slice(11, 19)), space: 70 },
        { ...axis, size: 55, values: (u, ticks) => ticks.map((tick) => show[unit]?.(tick) ?? tick) },
      ],
      series: [{}, ...series.map(({ name }, i) => ({ label: name, stroke: colours[i % colours.length], width: 1.3, points: { show: false } }))],
    }, [times, ...series.map(({ values }) => values)], place);
  }
}

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
try {
  const page = await browser.newPage({ viewport: { width: 1240, height: 800 } });
  await page.setContent(`<style>
    ${readFileSync(require.resolve("uplot/dist/uPlot.min.css"), "utf8")}
    body { display: grid; grid-template-columns: repeat(3, 1fr); gap: 4px; margin: 8px; font: 11px system-ui; }
    h2 { font-size: 13px; margin: 4px 0 0 8px; }
    .u-legend { text-align: left; font-size: 10px; }</style>`);
  await page.addScriptTag({ path: require.resolve("uplot/dist/uPlot.iife.min.js") });
  await page.evaluate(draw, { charts, times: times(), faults: faults() });
  await page.screenshot({ path: picture, fullPage: true });
} finally {
  await browser.close();
}
faults().forEach(({ from: at, to: end, name }) => console.log(`${new Date(1_000 * at).toISOString()} ${(end - at).toFixed(1)} s ${name}`));
