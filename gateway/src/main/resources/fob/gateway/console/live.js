// The functions and their figures, as the gateway reports them while they change.

import { useEffect, useFollow, useJson, useRef, useState } from "./ui.js";

const STEPS = 180;

/** All functions that the key may use: `{functions: Map of id to details, problem}`. */
export function useFunctions() {
  const [functions, setFunctions] = useState(null);
  const problem = useFollow("/api/stats?follow=true", ({ event, data }) => {
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
 * The figures of the last 15 minutes: `{steps, stepMs}`, the oldest step first.
 *
 * @param name a function's id or name; null: all functions
 */
export function useLive(name) {
  const query = name === null ? "" : `function=${encodeURIComponent(name)}`;
  const past = useJson(`/api/live${query && `?${query}`}`);
  const [steps, setSteps] = useState([]);
  useEffect(() => setSteps(past.value?.steps ?? []), [past.value]);
  const opened = useRef(false);
  const path = past.value ? `/api/live?follow=true${query && `&${query}`}` : null;
  useFollow(
    path,
    ({ event, data }) => {
      if (event === "step") {
        const step = JSON.parse(data);
        setSteps((old) => [...old.filter((each) => each.at < step.at), step].slice(-STEPS));
      }
    },
    () => {
      // What happened while the stream was closed is in the figures of the past.
      if (opened.current) {
        past.reload();
      }
      opened.current = true;
    },
  );
  return { steps, stepMs: past.value?.step_ms ?? 5_000 };
}

/**
 * Sums the figures of some functions in each step, with empty steps where there was no call.
 *
 * @returns the newest `count` steps, the oldest first: `{at, calls, errors, p50_us, p99_us, queue_us, wait_us, run_us}`
 */
export function series({ steps, stepMs }, ids, count, now) {
  const byTime = new Map(steps.map((step) => [Math.floor(Date.parse(step.at) / stepMs), step]));
  const last = Math.floor(now / stepMs) - 1;
  // A step arrives a moment after its end.
  const newest = byTime.has(last) ? last : last - 1;
  return Array.from({ length: count }, (_, i) => {
    const slot = newest - count + 1 + i;
    return { at: slot * stepMs, ...sum(byTime.get(slot), ids) };
  });
}

/** Latencies of several functions cannot be added: of each, the value of the function with most calls counts. */
function sum(step, ids) {
  const none = { calls: 0, errors: 0, p50_us: null, p99_us: null, queue_us: 0, wait_us: 0, run_us: 0 };
  if (!step) {
    return none;
  }
  const found = ids.map((id) => step.functions[id]).filter(Boolean);
  const busiest = found.reduce((a, b) => (b.calls > (a?.calls ?? -1) ? b : a), null);
  return {
    ...none,
    ...busiest,
    calls: found.reduce((all, one) => all + one.calls, 0),
    errors: found.reduce((all, one) => all + one.errors, 0),
  };
}
