// What all pages share: the view library, small components, and how figures look.

import { h } from "preact";
import { useCallback, useEffect, useMemo, useRef, useState } from "preact/hooks";
import htm from "htm";
import { age, bytes, micros } from "./format.js";
import { follow } from "./follow.js";
import { gatewayNow, json, may, session } from "./gateway.js";
import { Problem } from "./problem.js";

export { useEffect, useMemo, useRef, useState };

/** Templates: html`<p>${text}</p>`. Values are text, never markup. */
export const html = htm.bind(h);

/** Calls a listener-based store's changes into a component. */
export function useStore(store) {
  const [state, setState] = useState(store.state);
  useEffect(() => {
    setState(store.state);
    store.listeners.add(setState);
    return () => store.listeners.delete(setState);
  }, [store]);
  return state;
}

/** Loads JSON: `{value, problem, loading, reload}`. A reload keeps the old value, also if it fails. */
export function useJson(path) {
  const [state, setState] = useState({ loading: true });
  const [round, setRound] = useState(0);
  useEffect(() => {
    if (path === null) {
      return undefined;
    }
    const stop = new AbortController();
    setState((old) => (old.path === path ? { ...old, loading: true } : { loading: true }));
    json("GET", path, { signal: stop.signal })
      .then((value) => setState({ value, path, loading: false }))
      .catch((problem) => stop.signal.aborted
        || setState((old) => ({ value: old.path === path ? old.value : undefined, problem, path, loading: false })));
    return () => stop.abort();
  }, [path, round]);
  const reload = useCallback(() => setRound((old) => old + 1), []);
  return { ...state, reload };
}

/**
 * Follows something as long as the component is shown. Returns the Problem that ended it.
 *
 * @param source `{subject}`, `{path}`, or null: nothing
 * @param handlers `onOpen` and `onWait` of `follow`
 */
export function useFollow(source, onEvent, handlers = {}) {
  const [problem, setProblem] = useState(null);
  const latest = useRef({});
  latest.current = { onEvent, ...handlers };
  useEffect(() => {
    setProblem(null);
    return source === null
      ? undefined
      : follow(source, {
          onEvent: (event) => latest.current.onEvent(event),
          onOpen: () => latest.current.onOpen?.(),
          onWait: (waits) => latest.current.onWait?.(waits),
          onProblem: setProblem,
        });
  }, [source?.subject, source?.path]);
  return problem;
}

/** Follows a subject that comes as a whole whenever it changes: `{value, problem}`. With null, nothing. */
export function useSubject(subject) {
  const [state, setState] = useState({ value: null, problem: null });
  const ended = useFollow(subject && { subject }, ({ event, data }) => {
    const value = JSON.parse(data);
    setState((old) => (event === "trouble" ? { ...old, problem: new Problem(value.status, value) } : { value, problem: null }));
  });
  return { value: state.value, problem: ended ?? state.problem };
}

const everySecond = new Set();
setInterval(() => everySecond.forEach((tick) => tick((old) => old + 1)), 1_000);

/** Renders again once a second, for ages. */
export function useSeconds() {
  const [, tick] = useState(0);
  useEffect(() => {
    everySecond.add(tick);
    return () => everySecond.delete(tick);
  }, []);
}

export function Trouble({ problem, retry }) {
  if (!problem || problem.status === 401) {
    return null;
  }
  const stack = problem.body?.error?.stack ?? problem.body?.stack;
  return html`<div class="trouble" role="alert">
    <strong>${title(problem)}</strong>
    <p>${problem.message}</p>
    ${stack?.length > 0 && html`<pre>${stack.join("\n")}</pre>`}
    ${retry && html`<button type="button" onClick=${retry}>Try again</button>`}
  </div>`;
}

function title(problem) {
  return problem.status ? `${problem.reason ?? "error"} (${problem.status})` : "No connection";
}

/** Shows its children to keys with a role, and tells others which one it takes. */
export function Needs({ role, children }) {
  const { own } = session.state;
  return may(role)
    ? children
    : html`<${Empty}>This needs a key with the role <b>${role}</b>. The key ${own.name} has the role <b>${own.role}</b>${own.role === "metrics"
        && html`, which reads <a href="/metrics">/metrics</a> and nothing else`}.
        An admin makes others: <code>fob keys create NAME --role ${role}</code><//>`;
}

export function Empty({ children }) {
  return html`<p class="empty">${children}</p>`;
}

export function Status({ status, reason }) {
  return html`<span class=${`status ${status}`} title=${reason ?? ""}>${status}</span>`;
}

/** A time as the gateway gave it, with its age by the gateway's clock. */
export function Ago({ at }) {
  useSeconds();
  return html`<time datetime=${at} title=${new Date(at).toString()}>${age(gatewayNow() - Date.parse(at))}</time>`;
}

/** A line without axes; the title says what it is. */
export function Sparkline({ values, label, kind = "" }) {
  const most = Math.max(...values, 0);
  const step = 100 / Math.max(values.length - 1, 1);
  const points = values.map((value, i) => `${(i * step).toFixed(1)},${(22 - (most ? (20 * value) / most : 0)).toFixed(1)}`);
  return html`<svg class=${`spark ${kind}`} viewBox="0 0 100 24" preserveAspectRatio="none" role="img" aria-label=${label}>
    <title>${label}</title>
    <polyline points=${points.join(" ")} vector-effect="non-scaling-stroke" />
  </svg>`;
}

/** Where a queue, a wait and a run have spent the time of a call. */
export function TimeSplit({ queue, wait, run }) {
  const total = queue + wait + run || 1;
  const parts = [["queue", queue], ["wait", wait], ["run", run]];
  return html`<div class="split">
    <div class="bar" aria-hidden="true">
      ${parts.map(([name, us]) => html`<span class=${name} style=${{ width: `${(100 * us) / total}%` }} />`)}
    </div>
    <ul>${parts.map(([name, us]) => html`<li class=${name}>${name} <b>${micros(us)}</b></li>`)}</ul>
  </div>`;
}

/** Asks in the page before something is done that cannot be undone. */
export function Confirm({ label, question, action, kind = "" }) {
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState(null);
  async function run() {
    setBusy(true);
    try {
      await action();
      setAsking(false);
      setProblem(null);
    } catch (failure) {
      setProblem(failure);
    }
    setBusy(false);
  }
  const place = useRef(null);
  const opened = useRef(false);
  function cancel() {
    setAsking(false);
    setProblem(null);
  }
  // The focus goes to the harmless button, and afterwards back to where it was.
  useEffect(() => {
    if (asking || opened.current) {
      place.current?.querySelector(asking ? ".harmless" : "button")?.focus();
    }
    opened.current = asking;
  }, [asking]);
  if (!asking) {
    return html`<span ref=${place}><button type="button" class=${kind} onClick=${() => setAsking(true)}>${label}</button></span>`;
  }
  return html`<span class="confirm" role="group" aria-label=${question} ref=${place} onKeyDown=${(e) => e.key === "Escape" && cancel()}>
    ${question}
    <button type="button" class="danger" disabled=${busy} onClick=${run}>${label}</button>
    <button type="button" class="harmless" disabled=${busy} onClick=${cancel}>Cancel</button>
    <${Trouble} problem=${problem} />
  </span>`;
}

/** A large text is cut, so that it does not freeze the page; the whole can be saved. */
export function LongText({ text, name, most = 20_000 }) {
  const [all, setAll] = useState(false);
  const cut = !all && text.length > most;
  return html`<pre class="output" tabindex="0">${cut ? text.slice(0, most) : text}</pre>
    ${cut && html`<p class="note">${bytes(text.length)} in all; the first ${bytes(most)} are shown.
      ${text.length <= 1_100_000 && html` <button type="button" onClick=${() => setAll(true)}>Show all</button>`}
      <button type="button" onClick=${() => save(name, text)}>Save</button></p>`}`;
}

function save(name, content) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content instanceof Blob ? content : new Blob([content]));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
