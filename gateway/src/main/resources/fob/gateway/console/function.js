// One function: figures, call, code, versions, calls, log, settings.

import { Confirm, Empty, html, Needs, Status, Trouble, useEffect, useJson, useState } from "./ui.js";
import { json, may, request } from "./gateway.js";
import { useFunctions } from "./live.js";
import { Workbench } from "./write.js";
import { settingsOf } from "./settings.js";
import { TryForm } from "./try.js";
import { Overview } from "./overview.js";
import { Versions } from "./versions.js";
import { CallList } from "./calls.js";
import { Logs } from "./logs.js";

/** Each with the role that a key needs for it. */
const TABS = [
  ["", "Overview", "call"], ["call", "Call", "call"], ["code", "Code", "deploy"], ["versions", "Versions", "call"], ["calls", "Calls", "deploy"], ["logs", "Logs", "deploy"],
];

export function FunctionPage({ args: [name, tab = ""] }) {
  const meta = useJson(`/api/meta/${encodeURIComponent(name)}`);
  const { functions } = useFunctions();
  const [removed, setRemoved] = useState(false);
  const known = functions && [...functions.values()].filter((each) => each.id === (meta.value?.id ?? name) || (each.name !== undefined && each.name === meta.value?.name));
  const changed = known?.map((each) => `${each.id} ${each.status} ${each.weight} ${each.instances}`).join();
  useEffect(() => { if (meta.value) { meta.reload(); } }, [changed]);
  if (removed) {
    return html`<${Empty}>${name} is removed. <a href="#/">All functions</a><//>`;
  }
  if (!meta.value) {
    return meta.problem ? html`<h1>${name}</h1><${Trouble} problem=${meta.problem} retry=${meta.reload} />` : html`<p class="starting" aria-busy="true">Loading…</p>`;
  }
  const at = encodeURIComponent(name);
  const isName = meta.value.name === name;
  async function remove() {
    await json("DELETE", isName ? `/api/names/${at}` : `/api/gen/${at}`);
    setRemoved(true);
  }
  return html`
    <div class="head">
      <h1>${isName ? name : meta.value.name ? `${meta.value.name}@${meta.value.version}` : name.slice(0, 8)}</h1>
      <${Status} status=${meta.value.status} reason=${meta.value.reason} />
      <span class="note">${meta.value.language ?? meta.value.image}${isName && meta.value.version !== undefined && `, version ${meta.value.version}`}</span>
      ${may("deploy") && html`<${Confirm} label="Remove" question=${isName ? `Remove ${name} with all its versions?` : "Remove this function?"} action=${remove} />`}
    </div>
    ${meta.value.reason && html`<div class="trouble"><strong>${meta.value.status}</strong><p>${meta.value.reason}</p>
      ${meta.value.stack?.length > 0 && html`<pre>${meta.value.stack.join("\n")}</pre>`}</div>`}
    ${meta.value.note && html`<p class="banner">${meta.value.note}</p>`}
    <nav class="tabs" aria-label="Parts of the function">${TABS.filter(([id, , role]) => may(role) && (id !== "versions" || meta.value.name)).map(([id, label]) => html`
      <a href=${`#/f/${at}${id && `/${id}`}`} aria-current=${tab === id ? "page" : null}>${label}</a>`)}</nav>
    <${Trouble} problem=${meta.problem} retry=${meta.reload} />
    <${Needs} role=${TABS.find(([id]) => id === tab)?.[2] ?? "call"}><${Tab} key=${tab} changed=${changed} tab=${tab} name=${name} meta=${meta.value} ids=${known?.map((each) => each.id) ?? [meta.value.id]} /><//>`;
}

function Tab({ tab, name, meta, ids, changed }) {
  switch (tab) {
    case "":
      return html`<${Overview} name=${name} meta=${meta} ids=${name === meta.name ? ids : [meta.id]} />`;
    case "call":
      return html`<${TryForm} name=${name} />`;
    case "code":
      return html`<${CodeTab} name=${name} meta=${meta} />`;
    case "versions":
      return html`<${Versions} name=${meta.name} changed=${changed} />`;
    case "calls":
      return html`<${CallList} name=${name} />`;
    case "logs":
      return html`<${Logs} key=${meta.id} name=${name} />`;
    default:
      return html`<${Empty}>There is no such part of a function.<//>`;
  }
}

/**
 * The code of a function of one file can be edited, which makes its next version. The editor keeps what is in it when the
 * name moves to another version.
 */
function CodeTab({ name, meta }) {
  const [loaded, setLoaded] = useState({});
  const [deployed, setDeployed] = useState(null);
  const isText = !meta.files && !meta.image;
  async function load() {
    try {
      const reply = await request("GET", `/api/cs/${encodeURIComponent(meta.id)}`, { headers: { Accept: "*/*" } });
      setLoaded({ id: meta.id, settings: settingsOf(meta), code: await reply.text() });
    } catch (problem) {
      setLoaded({ problem });
    }
  }
  useEffect(() => { if (isText) { load(); } }, []);
  if (!isText) {
    return html`<${Empty}>The code is an archive${meta.files ? ` of ${meta.files} files` : ""}${meta.entry ? `, which begins with ${meta.entry}` : ""}.
      Get it with <code>fob code ${name}</code>, and deploy the next version with <code>fob deploy FOLDER</code>.<//>`;
  }
  if (loaded.code === undefined) {
    return html`<${Trouble} problem=${loaded.problem} retry=${load} />${!loaded.problem && html`<p class="starting" aria-busy="true">Loading…</p>`}`;
  }
  return html`<p class="note">${meta.name ? "Deploying makes the next version of the name." : "Deploying makes a new function, since this one has no name."}</p>
    ${meta.id !== loaded.id && meta.id !== deployed && html`<p class="banner">${meta.name} leads to version ${meta.version} now, which the editor does not show.${" "}
      <button type="button" onClick=${load}>Load its code</button></p>`}
    <${Workbench} key=${loaded.id} tried=${loaded.id} name=${meta.name ?? null} code=${loaded.code} language=${meta.language}
      settings=${loaded.settings} onDeployed=${(reply) => setDeployed(reply.id)} />`;
}
