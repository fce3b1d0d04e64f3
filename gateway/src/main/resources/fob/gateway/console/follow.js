// Follows what changes, through the hub that all windows share.

import { key, noteProblem, session } from "./gateway.js";
import { Problem } from "./problem.js";

const LONGEST_START_MS = 5_000;

/** What this window follows, by a number. */
const followed = new Map();
let lastId = 0;
let port = null;
let isSeen = !document.hidden;

function hub() {
  if (port === null) {
    try {
      const worker = new SharedWorker("/console/hub.js", { type: "module", name: "fob" });
      const timer = setTimeout(useOwnHub, LONGEST_START_MS);
      listen(worker.port, () => clearTimeout(timer));
    } catch {
      useOwnHub();
    }
  }
  return port;
}

/** Some browsers, mostly on phones, have no such workers, and none says why it does not start. */
function useOwnHub() {
  // One that starts late must follow nothing for this window.
  followed.forEach((_, id) => port?.postMessage({ stop: id }));
  port?.close();
  const channel = new MessageChannel();
  import("./hub.js").then(({ connect }) => connect(channel.port2));
  listen(channel.port1);
  followed.forEach((each) => each.isOpen && each.open());
}

function listen(to, onStart = () => {}) {
  port = to;
  port.onmessage = ({ data }) => (data.started ? onStart() : followed.get(data.id)?.got(data));
}

/**
 * Follows something, as long as somebody can see the window.
 *
 * @param source `{subject}`, a subject of `/api/events`, or `{path}`, a stream of its own
 * @param onEvent gets `{event, data, id}`; if it returns false, it is not followed any more
 * @param onOpen is told whenever the stream is open
 * @param onWait gets whether this has to wait, since other windows have as many streams as there may be
 * @param onProblem gets the Problem that ends it for good
 * @returns a function that ends it
 */
export function follow(source, { onEvent, onOpen = () => {}, onWait = () => {}, onProblem }) {
  lastId += 1;
  const id = lastId;
  const each = {
    isOpen: false,
    last: null,
    open() {
      const to = hub();
      this.isOpen = true;
      to.postMessage({ id, key: key.get(), last: this.last, ...source });
    },
    close() {
      if (this.isOpen) {
        this.isOpen = false;
        hub().postMessage({ stop: id });
      }
    },
    got({ open, event, away, waits, problem }) {
      if (away !== undefined) {
        session.change({ away });
      } else if (waits !== undefined) {
        onWait(waits);
      } else if (open) {
        onOpen();
      } else if (problem) {
        stop();
        onProblem(noteProblem(new Problem(problem.status, problem.body)));
      } else {
        this.last = event.id ?? this.last;
        if (onEvent(event) === false) {
          stop();
        }
      }
    },
  };
  const stop = () => {
    each.close();
    followed.delete(id);
  };
  followed.set(id, each);
  if (isSeen) {
    each.open();
  }
  return stop;
}

function seen(now) {
  if (now !== isSeen) {
    isSeen = now;
    followed.forEach((each) => (now ? each.open() : each.close()));
  }
}

document.addEventListener("visibilitychange", () => seen(!document.hidden));
addEventListener("pagehide", () => seen(false));
addEventListener("pageshow", () => seen(!document.hidden));
