// Dead letters: asynchronous calls that fob has given up.

import { Ago, Confirm, Empty, html, LongText, Trouble, useEffect, useJson, useState, useSubject } from "./ui.js";
import { json } from "./gateway.js";
import { Attempts } from "./call.js";
import { useFunctions } from "./live.js";

const PAGE = 50;

export function DeadPage() {
  const [filter, setFilter] = useState({ function: "", reason: "" });
  const [pages, setPages] = useState([null]);
  const query = new URLSearchParams({ limit: PAGE });
  Object.entries(filter).forEach(([name, value]) => value && query.set(name, value));
  if (pages[0]) {
    query.set("after", pages[0]);
  }
  const letters = useJson(`/api/dead?${query}`);
  const [open, setOpen] = useState(null);
  const { functions } = useFunctions();
  const [done, setDone] = useState(null);
  // The stream only says that there is news. Letters that somebody reads must not move away.
  const news = useSubject("dead");
  const [hasNews, setHasNews] = useState(false);
  const look = () => { setHasNews(false); setPages([null]); letters.reload(); };
  useEffect(() => {
    if (news.value) {
      // Also while the list is being read: it may be older than the news.
      if (open === null && pages.length === 1) { letters.reload(); } else { setHasNews(true); }
    }
  }, [news.value?.changes]);
  const change = (part) => { setPages([null]); setFilter({ ...filter, ...part }); };

  async function redrive(id) {
    const made = await json("POST", `/api/dead/${encodeURIComponent(id)}/redrive`);
    setDone({ id, made: made.id });
    letters.reload();
  }
  async function remove(id) {
    await json("DELETE", `/api/dead/${encodeURIComponent(id)}`);
    setDone({ id });
    letters.reload();
  }

  const found = letters.value?.dead ?? [];
  const nameOf = (id) => functions?.get(id)?.name ?? id.slice(0, 8);
  return html`
    <div class="head"><h1>Dead letters</h1>${letters.value && html`<span class="note">${letters.value.total} in all</span>`}</div>
    <div class="row">
      <label class="field">Function <input value=${filter.function} onChange=${(e) => change({ function: e.target.value.trim() })} placeholder="any" spellcheck=${false} /></label>
      <label class="field">Reason <input value=${filter.reason} onChange=${(e) => change({ reason: e.target.value.trim() })} placeholder="any" spellcheck=${false} /></label>
      <span role="status">${hasNews && html`<button type="button" onClick=${look}>Letters have come or gone: show the newest</button>`}</span>
    </div>
    <div role="status">${done && html`<p class="banner">${done.made
      ? html`Call <code>${done.id}</code> was made again: <a href=${`#/calls/${done.made}`}>${done.made}</a>`
      : html`Call <code>${done.id}</code> was deleted.`}</p>`}</div>
    <${Trouble} problem=${letters.problem ?? news.problem} retry=${letters.problem && letters.reload} />
    ${letters.value && found.length === 0 && html`<${Empty}>No dead letter. A call comes here when its retries are used up.<//>`}
    ${found.length > 0 && html`<table class="list">
      <thead><tr><th>Given up</th><th>Function</th><th>Reason</th><th>Message</th><th></th></tr></thead>
      <tbody>${found.map((letter) => html`<tr key=${letter.id}>
        <td><${Ago} at=${letter.died} /></td>
        <td><a href=${`#/f/${letter.function}`}>${nameOf(letter.function)}</a></td>
        <td data-label="Reason">${letter.reason}</td>
        <td><span class="cut">${letter.message}</span>
          ${open === letter.id && html`<${Letter} id=${letter.id} />`}</td>
        <td class="actions">
          <button type="button" aria-expanded=${open === letter.id} onClick=${() => setOpen(open === letter.id ? null : letter.id)}>Details</button>
          <${Confirm} label="Redrive" question="Make this call again?" action=${() => redrive(letter.id)} />
          <${Confirm} label="Delete" question="Delete it for good?" action=${() => remove(letter.id)} />
        </td></tr>`)}</tbody></table>`}
    <div class="row">
      ${pages.length > 1 && html`<button type="button" onClick=${() => setPages(pages.slice(1))}>Newer</button>`}
      ${letters.value?.next && html`<button type="button" onClick=${() => setPages([letters.value.next, ...pages])}>Older</button>`}
    </div>`;
}

function Letter({ id }) {
  const letter = useJson(`/api/dead/${encodeURIComponent(id)}`);
  if (!letter.value) {
    return html`<${Trouble} problem=${letter.problem} />`;
  }
  const { attempts, payload, payload_base64: binary } = letter.value;
  return html`<div class="card">
    <p>Call <code>${id}</code></p>
    ${attempts?.length > 0 && html`<h3>Attempts</h3><${Attempts} attempts=${attempts} />`}
    <h3>Parameters</h3><${LongText} text=${payload === undefined ? binary ?? "" : JSON.stringify(payload, null, 2)} name="payload.json" /></div>`;
}
