// A chart of the last minutes: uPlot, in the colours of the page.

import uPlot from "uplot";
import { html, useEffect, useRef, useState } from "./ui.js";

const HEIGHT = 160;
const dark = matchMedia("(prefers-color-scheme: dark)");

if (!document.querySelector('link[href="/console/lib/uplot.css"]')) {
  document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href: "/console/lib/uplot.css" }));
}

function clock(seconds, more = {}) {
  return new Date(1_000 * seconds).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hour12: false, ...more });
}

/**
 * @param times seconds since 1970
 * @param lines `[name, values]` each; null is a gap
 * @param format makes a value a text
 */
export function Chart({ label, times, lines, format, unit = "" }) {
  const place = useRef(null);
  const chart = useRef(null);
  const [isDark, setDark] = useState(dark.matches);
  useEffect(() => {
    const listen = () => setDark(dark.matches);
    dark.addEventListener("change", listen);
    return () => dark.removeEventListener("change", listen);
  }, []);
  useEffect(() => {
    const style = getComputedStyle(document.documentElement);
    const colour = (name) => style.getPropertyValue(`--${name}`).trim();
    const axis = { stroke: colour("soft"), grid: { stroke: colour("line"), width: 1 }, ticks: { show: false }, font: "12px system-ui" };
    const show = (_, value) => (value === null || value === undefined ? "–" : `${format(value)}${unit}`);
    chart.current = new uPlot({
      width: place.current.clientWidth,
      height: HEIGHT,
      cursor: { drag: { x: false, y: false } },
      scales: { y: { range: (_, low, high) => [0, high > 0 ? high * 1.1 : 1] } },
      axes: [{ ...axis, values: (_, ticks) => ticks.map((at) => clock(at)) }, { ...axis, size: 62, values: (_, ticks) => ticks.map((tick) => format(tick)) }],
      series: [
        { label: "at", value: (_, at) => (at === null ? "–" : clock(at, { second: "2-digit" })) },
        ...lines.map(([name], i) => ({
          label: name, stroke: colour(name === "errors" ? "bad" : i === 0 ? "accent" : "second"), width: 1.5,
          spanGaps: false, value: show, points: { size: 4 },
        })),
      ],
    }, [times, ...lines.map(([, values]) => values)], place.current);
    const size = new ResizeObserver(() => chart.current.setSize({ width: place.current.clientWidth, height: HEIGHT }));
    size.observe(place.current);
    return () => { size.disconnect(); chart.current.destroy(); };
  }, [isDark]);
  useEffect(() => { chart.current.setData([times, ...lines.map(([, values]) => values)]); }, [times.at(-1), lines, isDark]);
  return html`<div class="chart" role="img" aria-label=${label} ref=${place} />`;
}
