// Reads server-sent events. EventSource cannot send a key, so this reads the stream itself.

import { problemOf } from "./problem.js";

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 10_000;
// The gateway sends a comment at least every 10 s.
const LONGEST_SILENCE_MS = 25_000;

/**
 * Reads a stream, and connects again when it ends.
 *
 * @param last the id of the last event that is known already; null: none
 * @param onEvent gets `{event, data, id}`
 * @param onOpen is told whenever the stream is open
 * @param onAway gets whether the gateway is away
 * @param onProblem gets the Problem that ends the stream for good (4xx)
 * @returns a function that ends it
 */
export function readStream(path, key, last, listeners) {
  const stop = new AbortController();
  run(path, key, { last }, listeners, stop.signal);
  return () => stop.abort();
}

async function run(path, key, place, listeners, signal) {
  let pause = FIRST_PAUSE_MS;
  while (!signal.aborted) {
    try {
      await readOnce(path, key, place, listeners, signal);
      pause = FIRST_PAUSE_MS;
    } catch (failure) {
      if (signal.aborted) {
        return;
      }
      if (failure.status >= 400 && failure.status < 500 && failure.status !== 429) {
        listeners.onProblem(failure);
        return;
      }
      listeners.onAway(!(failure.status > 0 && failure.status < 500));
    }
    await new Promise((done) => setTimeout(done, pause));
    pause = Math.min(2 * pause, LONGEST_PAUSE_MS);
  }
}

async function readOnce(path, key, place, { onEvent, onOpen, onAway }, signal) {
  const silence = new AbortController();
  // The data of each event is to be JSON.
  const headers = { Accept: "application/json" };
  if (key) {
    headers.Authorization = `Bearer ${key}`;
  }
  if (place.last) {
    headers["Last-Event-ID"] = place.last;
  }
  const response = await fetch(path, { headers, redirect: "error", signal: AbortSignal.any([signal, silence.signal]) });
  if (!response.ok) {
    throw await problemOf(response);
  }
  onAway(false);
  onOpen();
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const timer = setTimeout(() => silence.abort(), LONGEST_SILENCE_MS);
    let part;
    try {
      part = await reader.read();
    } finally {
      clearTimeout(timer);
    }
    if (part.done) {
      return;
    }
    const blocks = (rest + part.value).split("\n\n");
    rest = blocks.pop();
    for (const event of blocks.map(parseEvent)) {
      place.last = event.id ?? place.last;
      if (event.data !== undefined && !signal.aborted) {
        onEvent(event);
      }
    }
  }
}

function parseEvent(block) {
  const event = { event: "message", data: undefined, id: undefined };
  for (const line of block.split("\n")) {
    const colon = line.indexOf(":");
    if (colon > 0) {
      const name = line.slice(0, colon);
      const value = line.slice(colon + 1).replace(/^ /, "");
      event[name] = name === "data" && event.data !== undefined ? `${event.data}\n${value}` : value;
    }
  }
  return event;
}
