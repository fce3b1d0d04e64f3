// The functions and their figures, as the gateway reports them while they change.

import { useFollow, useMemo, useState } from "./ui.js";
import { json } from "./gateway.js";

const STEPS = 180;

/** All functions that the key may use: `{functions: Map of id to details, problem}`. */
export function useFunctions() {
  const [functions, setFunctions] = useState(null);
  const problem = useFollow({ subject: "functions" }, ({ event, data }) => {
    const value = JSON.parse(data);
    if (event === "functions") {
      setFunctions(new Map(value.details.map((detail) => [detail.id, detail])));
    } else if (event === "function") {
      setFunctions((old) => new Map(old).set(value.id, value));
    } else if (event === "removed") {
      setFunctions((old) => {
        const next = new Map(old);
        next.delete(value.id);
        return next;
      });
    }
  });
  return { functions, problem };
}

/**
 * The figures of the last 15 minutes: `{byTime, stepMs, problem, loading}`; `byTime` has the steps by their number. New steps are of all functions, since all
 * windows share them.
 *
 * @param name a function's id or name, whose figures of the past are wanted; null: all functions
 */
export function useLive(name) {
  const query = name === null ? "" : `?function=${encodeURIComponent(name)}`;
  const [state, setState] = useState({ steps: [], stepMs: 5_000, loading: true });
  const add = (steps, more = {}) => setState((old) => {
    const all = new Map([...old.steps, ...steps].map((step) => [step.at, step]));
    return { ...old, ...more, steps: [...all.values()].sort((a, b) => (a.at < b.at ? -1 : 1)).slice(-STEPS) };
  });
  const ended = useFollow({ subject: "live" }, ({ event, data }) => { if (event === "step") { add([JSON.parse(data)]); } }, {
    // What happened while nothing was followed is in the figures of the past.
    onOpen: () => json("GET", `/api/live${query}`).then(
      (past) => add(past.steps, { stepMs: past.step_ms, loading: false, problem: null }),
      (problem) => setState((old) => ({ ...old, problem })),
    ),
  });
  const byTime = useMemo(
    () => new Map(state.steps.map((step) => [Math.floor(Date.parse(step.at) / state.stepMs), step])),
    [state.steps, state.stepMs],
  );
  return { byTime, stepMs: state.stepMs, loading: state.loading, problem: ended ?? state.problem };
}

/**
 * Sums the figures of some functions in each step, with empty steps where there was no call.
 *
 * @returns the newest `count` steps, the oldest first: `{at, calls, errors, p50_us, p99_us, queue_us, wait_us, run_us}`
 */
export function series({ byTime, stepMs }, ids, count, now) {
  const last = Math.floor(now / stepMs) - 1;
  // A step arrives a moment after its end.
  const newest = byTime.has(last) ? last : last - 1;
  return Array.from({ length: count }, (_, i) => {
    const slot = newest - count + 1 + i;
    return { at: slot * stepMs, ...sum(byTime.get(slot), ids) };
  });
}

/** Means are those of all calls. Percentiles cannot be added: those of the function with most calls count. */
function sum(step, ids) {
  const found = step ? ids.map((id) => step.functions[id]).filter(Boolean) : [];
  const total = (part) => found.reduce((all, one) => all + part(one), 0);
  const calls = total((one) => one.calls);
  const mean = (part) => (calls === 0 ? 0 : total((one) => one.calls * one[part]) / calls);
  const busiest = found.reduce((a, b) => (b.calls > (a?.calls ?? -1) ? b : a), null);
  return {
    calls,
    errors: total((one) => one.errors),
    p50_us: busiest?.p50_us ?? null,
    p99_us: busiest?.p99_us ?? null,
    queue_us: mean("queue_us"),
    wait_us: mean("wait_us"),
    run_us: mean("run_us"),
  };
}
