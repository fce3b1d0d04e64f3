// Routes of the console, and what surrounds every page.

import { render } from "preact";
import { html, Needs, Trouble, useEffect, useRef, useState, useStore } from "./ui.js";
import { json, key, may, session } from "./gateway.js";
import { FunctionsPage } from "./functions.js";

/** Pages other than the first are loaded when they are opened. `role` is the one that a key needs for them. */
const PAGES = [
  { path: /^$/, title: "Functions", role: "call", show: async () => FunctionsPage },
  { path: /^new$/, title: "New function", role: "deploy", show: async () => (await import("./write.js")).NewPage },
  { path: /^f\/([^/]+)(?:\/([a-z]+))?$/, title: "Function", role: "call", show: async () => (await import("./function.js")).FunctionPage },
  { path: /^calls(?:\/([^/]+))?$/, title: "Calls", role: "call", show: async () => (await import("./calls.js")).CallsPage },
  { path: /^dead$/, title: "Dead letters", role: "deploy", show: async () => (await import("./dead.js")).DeadPage },
  { path: /^bus$/, title: "Bus", role: "admin", show: async () => (await import("./bus.js")).BusPage },
  { path: /^keys$/, title: "Keys", role: "admin", show: async () => (await import("./keys.js")).KeysPage },
  { path: /^audit$/, title: "Audit", role: "admin", show: async () => (await import("./audit.js")).AuditPage },
];
const MENU = [["", "Functions"], ["new", "New"], ["calls", "Calls"], ["dead", "Dead letters"], ["bus", "Bus"], ["keys", "Keys"], ["audit", "Audit"]];
const PAUSE_MS = 1_000;

/** Asks what the key of this tab allows, until the gateway answers. */
async function findOwn() {
  for (;;) {
    try {
      session.change({ own: await json("GET", "/api/whoami") });
      return;
    } catch (problem) {
      if (problem.status >= 400 && problem.status < 500) {
        session.change({ keyProblem: problem });
        return;
      }
    }
    await new Promise((done) => setTimeout(done, PAUSE_MS));
  }
}

function currentRoute() {
  const hash = location.hash.replace(/^#\/?/, "");
  for (const page of PAGES) {
    const match = page.path.exec(hash);
    if (match) {
      return { page, hash, args: match.slice(1).map((arg) => arg && decoded(arg)) };
    }
  }
  return { page: null, hash, args: [] };
}

/** A text that is not properly encoded stays as it is. */
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function useRoute() {
  const [route, setRoute] = useState(currentRoute);
  useEffect(() => {
    const listen = () => setRoute(currentRoute());
    addEventListener("hashchange", listen);
    return () => removeEventListener("hashchange", listen);
  }, []);
  return route;
}

function App() {
  const route = useRoute();
  const state = useStore(session);
  const [login, setLogin] = useState(0);
  const signedIn = (own) => { session.change({ own, keyProblem: null }); setLogin((old) => old + 1); };
  useEffect(() => { findOwn(); }, []);
  const first = useRef(true);
  useEffect(() => {
    if (!first.current) {
      document.querySelector("main").focus();
    }
    first.current = false;
  }, [route.page, route.args[0]]);
  useEffect(() => { document.title = `${route.args[0] ?? route.page?.title ?? "Not found"} – fob`; }, [route]);
  return html`
    <a class="skip" href="#main" onClick=${(e) => { e.preventDefault(); document.querySelector("main").focus(); }}>Skip to content</a>
    <header>
      <a class="brand" href="#/">fob</a>
      <nav aria-label="Pages">${MENU.filter(([path]) => may(PAGES.find((page) => page.path.test(path)).role)).map(([path, name]) => html`
        <a href=${`#/${path}`} aria-current=${isIn(route.hash, path) ? "page" : null}>${name}</a>`)}</nav>
      ${state.own?.id && html`<span class="note">${state.own.name}, ${state.own.role}</span>`}
      ${key.get() && html`<button type="button" class="quiet" onClick=${() => { key.forget(); location.reload(); }}>Forget key</button>`}
    </header>
    <div role="status" class="banners">
      ${state.away && html`<p class="banner warn">The gateway does not answer. The console connects again as soon as it does.</p>`}
      ${state.skewMs !== 0 && html`<p class="banner">The clock of this computer is ${Math.abs(state.skewMs / 1000)} s${" "}
        ${state.skewMs > 0 ? "behind" : "ahead of"} the gateway's. Ages are by the gateway's clock.</p>`}
    </div>
    <main tabindex="-1" id="main">
      ${state.keyProblem
        ? html`<${KeyForm} problem=${state.keyProblem} done=${signedIn} />`
        : state.own === null
        ? html`<p class="starting" aria-busy="true">Loading…</p>`
        : html`<${Page} key=${`${login} ${route.page?.title} ${route.args[0]}`} route=${route} />`}
    </main>`;
}

function isIn(hash, path) {
  return path === "" ? hash === "" || hash.startsWith("f/") : hash === path || hash.startsWith(`${path}/`);
}

function Page({ route }) {
  const [Shown, setShown] = useState(null);
  const [problem, setProblem] = useState(null);
  useEffect(() => {
    let left = false;
    route.page?.show().then(
      (component) => left || setShown(() => component),
      () => left || setProblem({ status: 0, message: "This page could not be loaded from the gateway." }),
    );
    return () => { left = true; };
  }, [route.page]);
  if (!route.page) {
    return html`<h1>Not found</h1><p>There is no page “${route.hash}”. <a href="#/">All functions</a></p>`;
  }
  if (problem) {
    return html`<${Trouble} problem=${problem} retry=${() => location.reload()} />`;
  }
  if (!may(route.page.role)) {
    return html`<h1>${route.page.title}</h1><${Needs} role=${route.page.role} />`;
  }
  return Shown ? html`<${Shown} args=${route.args} />` : html`<p class="starting" aria-busy="true">Loading…</p>`;
}

function KeyForm({ problem, done }) {
  const field = useRef(null);
  const [failure, setFailure] = useState(problem.reason === "no-key" ? null : problem);
  const [busy, setBusy] = useState(false);
  async function submit(e) {
    e.preventDefault();
    const text = field.current.value.trim();
    if (!/^[!-~]+$/.test(text)) {
      setFailure({ reason: "bad-key", message: "A key has only letters, digits and underscores. Copy it again." });
      return;
    }
    setBusy(true);
    key.set(text);
    try {
      done(await json("GET", "/api/whoami"));
    } catch (refused) {
      key.forget();
      setFailure(refused);
      setBusy(false);
    }
  }
  useEffect(() => field.current?.focus(), []);
  return html`<form class="card narrow" onSubmit=${submit}>
    <h1>This gateway needs a key</h1>
    ${failure && html`<div class="trouble" role="alert"><strong>${failure.reason}</strong><p>${failure.message}</p></div>`}
    <label>Key <input ref=${field} type="password" autocomplete="off" required placeholder="fob_…" spellcheck=${false} /></label>
    <p class="note">An admin makes one: <code>fob keys create NAME --role deploy</code>. This tab keeps the key until you close it.</p>
    <button class="primary" disabled=${busy}>Use this key</button>
  </form>`;
}

const root = document.getElementById("app");
root.textContent = "";
render(html`<${App} />`, root);
