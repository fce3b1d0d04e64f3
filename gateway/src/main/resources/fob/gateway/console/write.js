// Writes a function: its code, its settings, and how its registration goes on.

import { Empty, html, Trouble, useJson, useRef, useState } from "./ui.js";
import { request } from "./gateway.js";
import { Editor } from "./editor.js";
import { lineOf, STARTS } from "./languages.js";
import { Settings, settingsQuery } from "./settings.js";
import { TryForm } from "./try.js";

const WAIT_S = 60;

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
      ? html`<${TryForm} key=${target} name=${target} onProblem=${setMark} />`
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
  const text = useRef(code ?? STARTS[language] ?? "");
  const touched = useRef(false);
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
        body: text.current,
        headers: { Prefer: `wait=${WAIT_S}`, "Content-Type": "text/plain; charset=utf-8" },
      });
      const done = await reply.json();
      setState({ done });
      onDeployed?.(done);
    } catch (problem) {
      setState({ problem });
      setMark(lineOf(problem));
    }
  }

  const start = code ?? (touched.current ? text.current : STARTS[chosen] ?? "");
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
        ${state.done && html`Ready: <a href=${`#/f/${encodeURIComponent(state.done.name ?? state.done.id)}`}>
          ${state.done.name ?? state.done.id}${state.done.version !== undefined && `@${state.done.version}`}</a>`}</span>
    </div>
    <${Trouble} problem=${state.problem} />
    <${Editor} key=${touched.current || code ? "kept" : chosen} start=${start} language=${chosen} label="Code of the function"
      mark=${mark} onSubmit=${deploy}
      onChange=${(changed) => { text.current = changed; touched.current = true; if (mark) { setMark(null); } }} />
    <p class="note">Ctrl-Enter deploys. Tab indents; Escape and then Tab leaves the editor. Packages are declared in the code
      (<a href="/docs">how</a>). Functions of several files come from the command line: <code>fob deploy FOLDER</code></p>
    <${Settings} value=${settings} onChange=${setSettings} />
  </form>`;
}
