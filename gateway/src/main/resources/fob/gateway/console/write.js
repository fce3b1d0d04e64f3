// Writes a function: its code, its settings, and how its registration goes on.

import { Empty, html, Trouble, useJson, useRef, useState } from "./ui.js";
import { json, request } from "./gateway.js";
import { Editor } from "./editor.js";
import { lineOf, STARTS } from "./languages.js";
import { Settings, settingsQuery } from "./settings.js";
import { TryForm } from "./try.js";

const WAIT_S = 60;

/** What was written and not deployed yet, by name. Opening the editor again shows it. */
const drafts = new Map();
addEventListener("beforeunload", (e) => drafts.size > 0 && e.preventDefault());

export function NewPage() {
  const [name, setName] = useState("");
  return html`
    <h1>New function</h1>
    <${Workbench} name=${name || null}>
      <label class="field">Name
        <input value=${name} onInput=${(e) => setName(e.target.value.trim())} placeholder="none: an id alone" maxlength="63"
          spellcheck=${false} autocomplete="off" /></label>
    <//>`;
}

/**
 * An editor, and beside it a form that calls what was deployed last. A call that fails marks its line.
 *
 * @param tried the function that can be called before anything is deployed; null: none
 */
export function Workbench({ tried = null, onDeployed = () => {}, children, ...writer }) {
  const [deployed, setDeployed] = useState(null);
  const [mark, setMark] = useState(null);
  const target = deployed?.id ?? tried;
  return html`<div class="workbench">
    <${Writer} ...${writer} mark=${mark} setMark=${setMark} onDeployed=${(reply) => { setDeployed(reply); onDeployed(reply); }}>${children}<//>
    ${target
      ? html`<${TryForm} name=${target} onProblem=${setMark} />`
      : html`<${Empty}>Deploy the function to call it here.<//>`}
  </div>`;
}

/**
 * The editor with its settings.
 *
 * @param name the name of the next version, or null
 * @param code the code at first; without it, the language's starting text
 * @param onDeployed gets the reply of the registration: `{id, name, version}`
 */
function Writer({ name, code, language: known, settings: given = {}, mark, setMark, onDeployed, children }) {
  const languages = useJson("/api/languages").value?.languages.map((each) => each.name) ?? [known ?? "python"];
  const [language, setLanguage] = useState(known ?? "python");
  const [settings, setSettings] = useState(given);
  const draft = name ?? "";
  // null: the starting text of the language, which nobody has changed
  const text = useRef(drafts.get(draft) ?? code ?? null);
  const shown = useRef(null);
  const [state, setState] = useState({});
  const chosen = languages.includes(language) ? language : languages[0];

  async function deploy() {
    if (state.busy) {
      return;
    }
    setState({ busy: true });
    setMark(null);
    try {
      const query = settingsQuery({ ...settings, name, lang: chosen });
      const reply = await request("POST", `/api/gen?${query}`, {
        body: text.current ?? STARTS[chosen] ?? "",
        headers: { Prefer: `wait=${WAIT_S}`, "Content-Type": "text/plain; charset=utf-8" },
      });
      const done = await reply.json();
      drafts.delete(draft);
      // The time to wait may have ended before the function was ready.
      const { status } = await json("GET", `/api/meta/${done.id}`);
      setState({ done: { ...done, status } });
      onDeployed?.(done);
    } catch (problem) {
      setState({ problem });
      setMark(lineOf(problem));
    }
  }

  // The editor begins anew with another starting text, but not while there is something in it.
  if (text.current === null || shown.current === null) {
    shown.current = chosen;
  }
  return html`<form class="writer" onSubmit=${(e) => { e.preventDefault(); deploy(); }}>
    <div class="row end">
      ${children}
      <label class="field">Language
        <select value=${chosen} onChange=${(e) => { setLanguage(e.target.value); setState({}); }}>
          ${languages.map((each) => html`<option key=${each}>${each}</option>`)}
        </select>
      </label>
      <button class="primary" disabled=${state.busy}>${state.busy ? "Deploying…" : name ? `Deploy ${name}` : "Deploy"}</button>
      <span role="status" class="note">${state.busy ? "Kafka has the code; the function is being started." : ""}
        ${state.done && html`${state.done.status === "ready" ? "Ready" : "Still being started"}: <a href=${`#/f/${encodeURIComponent(state.done.name ?? state.done.id)}`}>
          ${state.done.name ?? state.done.id}${state.done.version !== undefined && `@${state.done.version}`}</a>`}</span>
    </div>
    <${Trouble} problem=${state.problem} />
    ${drafts.has(draft) && code !== undefined && html`<p class="note">Not deployed yet. <button type="button" class="quiet" onClick=${() => {
      drafts.delete(draft);
      text.current = code;
      setMark(null);
      shown.current = `${shown.current} again`;
      setState({});
    }}>Discard the changes</button></p>`}
    <${Editor} key=${shown.current} start=${text.current ?? STARTS[chosen] ?? ""} language=${chosen} label="Code of the function"
      mark=${mark} onSubmit=${deploy}
      onChange=${(changed) => { text.current = changed; drafts.set(draft, changed); if (mark) { setMark(null); } }} />
    <p class="note">Ctrl-Enter deploys. Tab indents; Escape and then Tab leaves the editor. Packages are declared in the code
      (<a href="/docs">how</a>). Functions of several files come from the command line: <code>fob deploy FOLDER</code></p>
    <${Settings} value=${settings} onChange=${setSettings} />
  </form>`;
}
