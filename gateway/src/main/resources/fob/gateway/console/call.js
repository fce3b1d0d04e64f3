// One call: how far it is, what it returned and printed, and where its time went.

import { Ago, html, LongText, TimeSplit, Trouble, useEffect, useState } from "./ui.js";
import { request } from "./gateway.js";

const WAIT_S = 30;

/** Waits for the end of a call, and shows its progress meanwhile. */
export function OneCall({ id }) {
  const [state, setState] = useState({});
  const [round, setRound] = useState(0);
  useEffect(() => {
    const stop = new AbortController();
    watch(id, stop.signal, setState);
    return () => stop.abort();
  }, [id, round]);
  const { progress, result, problem, times, log } = state;
  return html`<section class="card">
    <h2><code>${id}</code></h2>
    ${progress && html`<p><span class="status deploying">${progress.state}</span> attempt ${progress.attempt}
      ${progress.next && html`, the next <${Ago} at=${progress.next} />`}</p>
      ${progress.attempts?.length > 0 && html`<${Attempts} attempts=${progress.attempts} />`}`}
    <p class="note" role="status">${result !== undefined ? "The call has ended." : problem ? "The call has failed." : ""}</p>
    ${!progress && !problem && result === undefined && html`<p class="starting" aria-busy="true">Looking it up…</p>`}
    <${Trouble} problem=${problem} retry=${problem?.status === 0 ? () => setRound(round + 1) : undefined} />
    ${result !== undefined && html`<h3>Result</h3><${LongText} text=${result} name="result.json" />`}
    ${times && html`<${TimeSplit} ...${times} />`}
    ${log && html`<h3>Output</h3><${LongText} text=${log} name="output.txt" />`}
  </section>`;
}

export function Attempts({ attempts }) {
  return html`<ol class="plain">${attempts.map((each) => html`<li>${each.attempt}: <b>${each.status}</b> ${each.message} <${Ago} at=${each.at} /></li>`)}</ol>`;
}

async function watch(id, signal, setState) {
  let wait = 0;
  while (!signal.aborted) {
    try {
      const reply = await request("GET", `/api/result/${encodeURIComponent(id)}`, { signal, headers: { Prefer: `wait=${wait}` } });
      const text = await reply.text();
      if (reply.status !== 202) {
        setState({ result: text, ...facts(reply) });
        return;
      }
      const progress = JSON.parse(text);
      setState({ progress });
      // A retry may be minutes away, and its progress changes meanwhile.
      wait = WAIT_S;
    } catch (problem) {
      if (!signal.aborted) {
        setState({ problem, log: problem.body?.log?.join("\n"), ...(problem.response ? facts(problem.response) : {}) });
      }
      return;
    }
  }
}

/** The request id of a reply, and where the call has spent its time, in microseconds. */
export function facts(reply) {
  const timing = reply.headers.get("Server-Timing");
  const part = (name) => 1_000 * Number(new RegExp(`${name};dur=([0-9.]+)`).exec(timing)?.[1] ?? 0);
  return {
    id: reply.headers.get("Fob-Request-Id"),
    times: timing ? { queue: part("queue"), wait: part("wait"), run: part("run") } : null,
  };
}
