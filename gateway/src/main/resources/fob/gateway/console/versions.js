// The versions of a name: shares of the calls, rollback, differences, history.

import { Ago, Confirm, html, Status, Trouble, useEffect, useJson, useState } from "./ui.js";
import { json, may, request } from "./gateway.js";
import { diffLines } from "diff";

/** @param changed another value whenever a version has changed */
export function Versions({ name, changed }) {
  const path = `/api/names/${encodeURIComponent(name)}`;
  const state = useJson(path);
  const [shares, setShares] = useState(null);
  const [compared, setCompared] = useState(null);
  const [problem, setProblem] = useState(null);
  useEffect(() => state.reload(), [changed]);
  const [busy, setBusy] = useState(false);

  async function put(weights) {
    setBusy(true);
    setProblem(null);
    try {
      await json("PUT", path, { json: weights });
      setShares(null);
    } catch (failure) {
      setProblem(failure);
    }
    setBusy(false);
    state.reload();
  }
  const all = (version) => ({ [`${name}@${version}`]: 100 });

  if (!state.value) {
    return html`<${Trouble} problem=${state.problem} retry=${state.reload} />`;
  }
  const { versions, history = [], pending } = state.value;
  const sum = shares && Object.values(shares).reduce((total, each) => total + each, 0);
  return html`
    <${Trouble} problem=${problem} />
    ${pending && html`<p class="banner">A change waits until its versions are ready.</p>`}
    <table class="list">
      <thead><tr><th>Version</th><th>Status</th><th class="num">Share</th><th>Registered</th><th>By</th><th></th></tr></thead>
      <tbody>${versions.map((each) => html`<tr key=${each.id}>
        <td><a href=${`#/f/${encodeURIComponent(`${name}@${each.version}`)}`}>${name}@${each.version}</a></td>
        <td><${Status} status=${each.status} reason=${each.reason} /></td>
        <td class="num" data-label="Share">${shares
          ? html`<input type="number" min="0" max="100" aria-label=${`Share of version ${each.version} in percent`} value=${shares[each.version] ?? 0}
              onInput=${(e) => setShares({ ...shares, [each.version]: Number(e.target.value) })} />`
          : `${each.weight} %`}</td>
        <td data-label="Registered"><${Ago} at=${each.registered} /></td>
        <td data-label="By">${each.by}</td>
        <td class="actions">${may("deploy") && html`
          ${each.weight < 100 && each.status !== "failed" && html`<${Confirm} label=${rolls(versions, each) ? "Roll back" : "Promote"}
            question=${`Give ${name}@${each.version} all calls?`} action=${() => put(all(each.version))} />`}
          <button type="button" onClick=${() => setCompared(before(versions, each))} disabled=${!before(versions, each)}>Differences</button>`}
        </td></tr>`)}</tbody>
    </table>
    <div class="row">
      ${shares
        ? html`<button class="primary" type="button" disabled=${busy || sum !== 100} onClick=${() => put(weightsOf(name, shares))}>Set shares</button>
            <button type="button" onClick=${() => setShares(null)}>Cancel</button>
            <span class="note" role="status">${sum === 100 ? "" : `The sum is ${sum}; it has to be 100.`}</span>`
        : may("deploy") && versions.length > 1 && html`<button type="button" onClick=${() => setShares(Object.fromEntries(versions.map((each) => [each.version, each.weight])))}>Divide the calls…</button>`}
      ${busy && html`<span class="note" role="status">Waiting until the name has moved…</span>`}
    </div>
    ${compared && html`<${Differences} key=${compared.map((each) => each.id).join()} versions=${compared} name=${name} />`}
    <h2>History</h2>
    <ul class="plain">${history.map((each) => html`<li><${Ago} at=${each.at} /> ${each.by}:
      ${" "}${Object.entries(each.weights).map(([version, weight]) => `${version} ${weight} %`).join(", ")}</li>`)}</ul>`;
}

function rolls(versions, version) {
  const leading = versions.reduce((a, b) => (b.weight > a.weight ? b : a));
  return version.version < leading.version;
}

/** The version and the one before it; null if there is none. */
function before(versions, version) {
  const older = versions.filter((each) => each.version < version.version);
  return older.length === 0 ? null : [older.reduce((a, b) => (a.version > b.version ? a : b)), version];
}

function weightsOf(name, shares) {
  return Object.fromEntries(Object.entries(shares).filter(([, share]) => share > 0).map(([version, share]) => [`${name}@${version}`, share]));
}

function Differences({ name, versions }) {
  const [state, setState] = useState(null);
  if (state === null) {
    setState({});
    Promise.all(versions.map((each) => code(each.id))).then(
      ([old, now]) => setState({ parts: diffLines(old, now) }),
      (problem) => setState({ problem }),
    );
  }
  const [from, to] = versions;
  return html`<h2>From ${name}@${from.version} to ${name}@${to.version}</h2>
    <${Trouble} problem=${state?.problem} />
    ${state?.parts && (state.parts.some((part) => part.added || part.removed)
      ? html`<pre class="diff" tabindex="0">${state.parts.flatMap(lines)}</pre>`
      : html`<p class="note">The code is the same; their settings may differ.</p>`)}`;
}

async function code(id) {
  const reply = await request("GET", `/api/cs/${id}`, { headers: { Accept: "*/*" } });
  if (!reply.headers.get("Content-Type").startsWith("text/")) {
    throw Object.assign(new Error("One of them is an archive; fob code NAME@VERSION saves it."), { reason: "no text" });
  }
  return reply.text();
}

function lines(part) {
  const kind = part.added ? "added" : part.removed ? "removed" : "same";
  const sign = { added: "+", removed: "-", same: " " }[kind];
  return part.value.replace(/\n$/, "").split("\n").map((line) => html`<span class=${kind}>${sign} ${line}${"\n"}</span>`);
}
