// Calls a function with a form that comes from its schema, and shows what it returns and prints.

import { html, LongText, TimeSplit, Trouble, useEffect, useJson, useRef, useState } from "./ui.js";
import { request } from "./gateway.js";
import { facts, OneCall } from "./call.js";
import { lineOf } from "./languages.js";

const SCHEMA_TRIES = 5;
const SCHEMA_PAUSE_MS = 400;

/**
 * @param name a function's id, name, or version
 * @param onProblem gets the line of a failed call as {line, message}, or null
 */
export function TryForm({ name, onProblem }) {
  const meta = useJson(`/api/meta/${encodeURIComponent(name)}`);
  const [mode, setMode] = useState(null);
  const [values, setValues] = useState({});
  const [raw, setRaw] = useState("{}");
  const [state, setState] = useState({});
  const stop = useRef(null);
  useEffect(() => setState({}), [name]);
  useSchema(name, meta);
  const parameters = meta.value?.schema?.parameters;
  const fields = Object.entries(parameters?.properties ?? {});
  const shown = mode ?? (meta.value && fields.length === 0 ? "json" : "form");

  async function call(e, isAsync) {
    e?.preventDefault();
    let body;
    try {
      body = shown === "form" ? JSON.stringify(collect(fields, values)) : JSON.stringify(JSON.parse(raw));
    } catch (wrong) {
      setState({ problem: { status: 400, message: `These are no parameters: ${wrong.message}`, reason: "not JSON" } });
      return;
    }
    stop.current = new AbortController();
    setState({ busy: true });
    try {
      const extra = isAsync ? { Prefer: "respond-async" } : { "Fob-Log": "tail" };
      const reply = await request("POST", `/api/call/${encodeURIComponent(name)}`, {
        body, signal: stop.current.signal, headers: { "Content-Type": "application/json", ...extra },
      });
      const text = await reply.text();
      if (isAsync) {
        setState({ background: JSON.parse(text).id });
        return;
      }
      const log = reply.headers.get("Fob-Log-Tail");
      setState({ result: text, log: log ? decodeURIComponent(log) : "", ...facts(reply) });
      onProblem?.(null);
    } catch (problem) {
      if (problem.name === "AbortError") {
        setState({});
        return;
      }
      setState({ problem, log: problem.body?.log?.join("\n") ?? "", ...(problem.response ? facts(problem.response) : {}) });
      onProblem?.(lineOf(problem));
    }
  }

  return html`<section class="try" aria-label="Call the function">
    <h2>Call it</h2>
    ${meta.value?.schema?.description && html`<p>${meta.value.schema.description}</p>`}
    <${Trouble} problem=${meta.problem} retry=${meta.reload} />
    <form onSubmit=${(e) => call(e, false)}>
      ${shown === "form"
        ? fields.map(([field, schema]) => html`<${Field} key=${field} name=${field} schema=${schema}
            required=${parameters.required?.includes(field)} value=${values[field] ?? ""}
            onChange=${(value) => setValues((old) => ({ ...old, [field]: value }))} />`)
        : html`<label class="field">Parameters, as a JSON object
            <textarea rows="4" value=${raw} spellcheck=${false} onInput=${(e) => setRaw(e.target.value)} /></label>`}
      <div class="row">
        <button class="primary" disabled=${state.busy}>Call</button>
        <button type="button" disabled=${state.busy} onClick=${() => call(null, true)}>Call in the background</button>
        ${state.busy && html`<button type="button" onClick=${() => stop.current.abort()}>Stop waiting</button>`}
        ${fields.length > 0 && html`<button type="button" class="quiet" onClick=${() => {
          if (shown === "form") {
            setRaw(JSON.stringify(collect(fields, values), null, 2));
          } else {
            setValues(spread(raw) ?? values);
          }
          setMode(shown === "form" ? "json" : "form");
        }}>${shown === "form" ? "As JSON" : "As a form"}</button>`}
      </div>
    </form>
    <p class="note" role="status">${state.result !== undefined ? "The call has succeeded." : state.problem ? "The call has failed." : ""}</p>
    <${Outcome} state=${state} />
  </section>`;
}

/** The schema comes a moment after the function is ready, if its language has one. */
function useSchema(name, meta) {
  const tries = useRef(0);
  useEffect(() => { tries.current = 0; }, [name]);
  useEffect(() => {
    if (meta.value?.status !== "ready" || meta.value.schema || tries.current === SCHEMA_TRIES) {
      return undefined;
    }
    tries.current++;
    const timer = setTimeout(meta.reload, SCHEMA_PAUSE_MS);
    return () => clearTimeout(timer);
  }, [meta.value]);
}

function Outcome({ state }) {
  if (state.busy) {
    return html`<p class="note" aria-busy="true">The call runs…</p>`;
  }
  if (state.background) {
    return html`<p class="note">Call <a href=${`#/calls/${state.background}`}>${state.background}</a> runs in the background.</p>
      <${OneCall} key=${state.background} id=${state.background} />`;
  }
  return html`
    <${Trouble} problem=${state.problem} />
    ${state.result !== undefined && html`<h3>Result</h3><${LongText} text=${pretty(state.result)} name="result.json" />`}
    ${state.times && html`<${TimeSplit} ...${state.times} />`}
    ${state.log && html`<h3>Output</h3><${LongText} text=${state.log} name="output.txt" />`}
    ${state.id && html`<p class="note">Call <a href=${`#/calls/${encodeURIComponent(state.id)}`}>${state.id}</a></p>`}`;
}

function Field({ name, schema, required, value, onChange }) {
  const label = html`<span>${name}${required ? "" : html` <span class="note">optional</span>`}</span>`;
  const note = schema.description && html`<span class="note">${schema.description}</span>`;
  if (schema.enum || schema.type === "boolean") {
    const options = schema.enum ?? [true, false];
    return html`<label class="field">${label}<select value=${value} required=${required} onChange=${(e) => onChange(e.target.value)}>
      <option value="">–</option>${options.map((each) => html`<option value=${JSON.stringify(each)}>${String(each)}</option>`)}
      </select>${note}</label>`;
  }
  const usual = typeof schema.default === "string" ? schema.default : schema.default === undefined ? hint(schema) : JSON.stringify(schema.default);
  return html`<label class="field">${label}<input value=${value} required=${required} placeholder=${usual} spellcheck=${false}
    inputmode=${schema.type === "integer" || schema.type === "number" ? "decimal" : null}
    onInput=${(e) => onChange(e.target.value)} />${note}</label>`;
}

function hint(schema) {
  return { object: '{"a": 1}', array: "[1, 2]", integer: "a whole number", number: "a number" }[schema.type] ?? "";
}

/** A text parameter is sent as it is; any other is JSON, and text if it is no JSON. */
function collect(fields, values) {
  const parameters = {};
  for (const [name, schema] of fields) {
    const text = values[name] ?? "";
    if (text !== "") {
      parameters[name] = schema.type === "string" && !schema.enum ? text : jsonOrText(text);
    }
  }
  return parameters;
}

/** The texts of the form for parameters that are JSON; null if they are no object. */
function spread(raw) {
  const parameters = jsonOrText(raw);
  return typeof parameters === "object" && parameters !== null && !Array.isArray(parameters)
    ? Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, typeof value === "string" ? value : JSON.stringify(value)]))
    : null;
}

function jsonOrText(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function pretty(text) {
  // A large result is shown as it came: indenting it would take the page's time.
  try {
    return text.length > 100_000 ? text : JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
