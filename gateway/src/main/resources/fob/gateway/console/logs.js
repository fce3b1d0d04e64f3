// The log of a function, as it is printed.

import { Empty, html, Trouble, useEffect, useFollow, useRef, useState } from "./ui.js";

/** Older lines leave the page, so that a function that prints much does not freeze it. */
const MOST_LINES = 2_000;
const PAINT_MS = 200;

/** @param request only lines of this call; null: all */
export function Logs({ name, request = null }) {
  const [state, setState] = useState({ lines: [], dropped: 0 });
  const [paused, setPaused] = useState(false);
  const [filter, setFilter] = useState("");
  const fresh = useRef([]);
  const end = useRef(null);
  // Whoever has scrolled up reads, and new lines must not take the text away.
  const atEnd = useRef(true);
  const [note, setNote] = useState(null);
  const only = request ? `&request=${encodeURIComponent(request)}` : "";
  const [waits, setWaits] = useState(false);
  const problem = useFollow({ path: `/api/logs/${encodeURIComponent(name)}?follow=true&tail=500${only}` }, ({ event, data }) => {
    if (event === "message") {
      fresh.current.push(JSON.parse(data));
      // What nobody can see any more need not be kept until the next painting.
      if (fresh.current.length > 2 * MOST_LINES) {
        fresh.current.splice(0, MOST_LINES);
      }
      return true;
    }
    setNote(data);
    return event !== "removed";
  }, { onWait: setWaits });
  useEffect(() => {
    if (paused) {
      return undefined;
    }
    const timer = setInterval(() => {
      if (fresh.current.length > 0) {
        const more = fresh.current.splice(0);
        setState(({ lines, dropped }) => {
          const all = [...lines, ...more];
          const cut = Math.max(0, all.length - MOST_LINES);
          return { lines: all.slice(cut), dropped: dropped + cut };
        });
      }
    }, PAINT_MS);
    return () => clearInterval(timer);
  }, [paused]);
  useEffect(() => {
    const box = end.current;
    if (box && atEnd.current) {
      box.scrollTop = box.scrollHeight;
    }
  }, [state]);
  const shown = state.lines.filter((line) => !filter || `${line.request} ${line.level ?? ""} ${line.text}`.toLowerCase().includes(filter.toLowerCase()));
  return html`
    <div class="row">
      <input type="search" aria-label="Only lines with this text" placeholder="Only lines with…" value=${filter} onInput=${(e) => setFilter(e.target.value)} />
      <button type="button" aria-pressed=${paused} onClick=${() => setPaused(!paused)}>${paused ? "Go on" : "Pause"}</button>
      <span class="note" role="status">${note}${state.dropped > 0 && ` The newest ${MOST_LINES} lines are shown.`}</span>
    </div>
    <${Trouble} problem=${problem} />
    ${waits && html`<p class="banner">Three other windows follow logs, as many as a browser has connections for. This one begins when you close or leave one of them.</p>`}
    ${state.lines.length === 0 && !problem && !waits && html`<${Empty}>No line yet. What the function prints appears here.<//>`}
    ${state.lines.length > 0 && shown.length === 0 && html`<${Empty}>No line has “${filter}”.<//>`}
    ${shown.length > 0 && html`<div class="log" ref=${end} onScroll=${(e) => { atEnd.current = e.target.scrollHeight - e.target.scrollTop - e.target.clientHeight < 20; }} tabindex="0" role="log" aria-label="Log">${shown.map((line) => html`
      <div class=${line.level?.toLowerCase() ?? ""}><time datetime=${line.time}>${clock(line.time)}</time>
        ${line.request !== "-" && !request && html`<a href=${`#/calls/${encodeURIComponent(line.request)}`} title=${`call ${line.request}`}>${line.request.slice(-6)}</a>`}
        ${line.level && html`<b>${line.level}</b>`}<span>${line.text}</span></div>`)}</div>`}`;
}

function clock(time) {
  const at = new Date(time);
  return `${at.toLocaleTimeString([], { hour12: false })}.${String(at.getMilliseconds()).padStart(3, "0")}`;
}
