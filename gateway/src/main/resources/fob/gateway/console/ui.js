// What all pages share: the view library, small components, and how figures look.

import { Fragment, h } from "preact";
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import htm from "htm";
import { follow, gatewayNow, json, session } from "./gateway.js";

export { Fragment, useCallback, useEffect, useRef, useState };

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

/** Loads JSON: `{value, problem, loading, reload}`. A reload keeps the old value meanwhile. */
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
      .catch((problem) => stop.signal.aborted || setState({ problem, path, loading: false }));
    return () => stop.abort();
  }, [path, round]);
  const reload = useCallback(() => setRound((old) => old + 1), []);
  return { ...state, reload };
}

/**
 * Follows server-sent events as long as the component is shown. Returns the Problem that ended it.
 *
 * @param onOpen is told whenever the stream is open
 */
export function useFollow(path, onEvent, onOpen = () => {}) {
  const [problem, setProblem] = useState(null);
  const handlers = useRef({});
  handlers.current = { onEvent, onOpen };
  useEffect(() => {
    setProblem(null);
    return path === null
      ? undefined
      : follow(path, {
          onEvent: (event) => handlers.current.onEvent(event),
          onOpen: () => handlers.current.onOpen(),
          onProblem: setProblem,
        });
  }, [path]);
  return problem;
}

/** Renders again once a second, for ages. */
export function useSeconds() {
  const [, tick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => tick((old) => old + 1), 1_000);
    return () => clearInterval(timer);
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

export function age(ms) {
  const seconds = Math.round(ms / 1_000);
  if (Math.abs(seconds) < 2) {
    return "now";
  }
  if (seconds < 0) {
    return `in ${amount(-seconds)}`;
  }
  return `${amount(seconds)} ago`;
}

function amount(seconds) {
  if (seconds < 120) {
    return `${seconds} s`;
  }
  if (seconds < 7_200) {
    return `${Math.round(seconds / 60)} min`;
  }
  return seconds < 172_800 ? `${Math.round(seconds / 3_600)} h` : `${Math.round(seconds / 86_400)} days`;
}

/** Microseconds as a short text: 850 µs, 1.2 ms, 3.4 s. */
export function micros(us) {
  if (us === undefined || us === null) {
    return "–";
  }
  if (us < 1_000) {
    return `${Math.round(us)} µs`;
  }
  return us < 1_000_000 ? `${digits(us / 1_000)} ms` : `${digits(us / 1_000_000)} s`;
}

export function digits(number) {
  if (number >= 100 || Number.isInteger(number)) {
    return String(Math.round(number));
  }
  return number.toFixed(number >= 10 ? 1 : 2);
}

export function bytes(count) {
  return count < 1_024 ? `${count} B` : count < 1_048_576 ? `${digits(count / 1_024)} KiB` : `${digits(count / 1_048_576)} MiB`;
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
  if (!asking) {
    return html`<button type="button" class=${kind} onClick=${() => setAsking(true)}>${label}</button>`;
  }
  return html`<span class="confirm" role="group" aria-label=${question}>
    ${question}
    <button type="button" class="danger" disabled=${busy} onClick=${run} autofocus>${label}</button>
    <button type="button" disabled=${busy} onClick=${() => { setAsking(false); setProblem(null); }}>Cancel</button>
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

export function save(name, content) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content instanceof Blob ? content : new Blob([content]));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

export { session };
