// The streams of all windows. A browser has six connections to a host, for all windows together, and a stream takes one as long as it lasts. So the windows
// share one stream of subjects, and few have logs at a time. This is a SharedWorker; where a browser has none, each page runs it for itself.

import { readStream } from "./stream.js";

/** With the stream of subjects, two connections are left for requests. */
const MOST_LOGS = 3;

/** A page that is opened begins to follow several subjects, one after the other. */
const GATHER_MS = 20;

/** The subjects of events that are not named like their subject. */
const SUBJECTS = { function: "functions", removed: "functions", step: "live" };

/** The streams of subjects, by key. In nearly all browsers there is one. */
const shared = new Map();

/** Logs that are read, and those that wait until another one ends. */
const logs = new Set();
const waiting = new Set();

/** One stream with the subjects that windows with the same key follow. */
class SubjectStream {
  followers = new Set();
  stop = () => {};

  constructor(key) {
    this.key = key;
  }

  /** @returns a function that ends it */
  join(subject, tell) {
    const follower = { subject, tell, isNew: true };
    this.followers.add(follower);
    this.changed();
    return () => {
      this.followers.delete(follower);
      this.changed();
    };
  }

  changed() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.restart(), GATHER_MS);
  }

  /** Subjects begin with all there is, so whoever has come anew needs a new stream. */
  restart() {
    this.stop();
    this.stop = () => {};
    if (this.followers.size === 0) {
      return;
    }
    const subjects = [...new Set([...this.followers].map((each) => each.subject))].sort();
    let interrupted = false;
    this.stop = readStream(`/api/events?of=${subjects}`, this.key, null, {
      onOpen: () => {
        for (const follower of this.followers) {
          if (interrupted || follower.isNew) {
            follower.isNew = false;
            follower.tell({ open: true });
          }
        }
        interrupted = true;
      },
      onEvent: (event) => {
        const subject = event.event === "trouble" ? JSON.parse(event.data).subject : SUBJECTS[event.event] ?? event.event;
        this.tell({ event }, (follower) => follower.subject === subject);
      },
      onAway: (away) => this.tell({ away }),
      onProblem: ({ status, body }) => this.tell({ problem: { status, body } }),
    });
  }

  tell(message, to = () => true) {
    [...this.followers].filter(to).forEach((follower) => follower.tell(message));
  }
}

/** Reads a log, or waits until it may. Returns a function that ends it. */
function follow({ path, key, last }, tell) {
  const log = {
    start() {
      logs.add(this);
      tell({ waits: false });
      this.stop = readStream(path, key, last, {
        onOpen: () => tell({ open: true }),
        onEvent: (event) => tell({ event }),
        onAway: (away) => tell({ away }),
        onProblem: ({ status, body }) => tell({ problem: { status, body } }),
      });
    },
  };
  if (logs.size < MOST_LOGS) {
    log.start();
  } else {
    waiting.add(log);
    tell({ waits: true });
  }
  return () => {
    waiting.delete(log);
    if (logs.delete(log)) {
      log.stop();
      const [next] = waiting;
      waiting.delete(next);
      next?.start();
    }
  };
}

function join({ subject, key }, tell) {
  if (!shared.has(key)) {
    shared.set(key, new SubjectStream(key));
  }
  return shared.get(key).join(subject, tell);
}

/**
 * Serves a window, which sends `{id, key, subject}`, `{id, key, path, last}` or `{stop: id}`. It gets `{started}` first, and then `{id}` with one of `open`,
 * `event`, `away`, `waits` and `problem`. A window that crashes does not say that it stops; what it has followed ends with the last window.
 */
export function connect(port) {
  const ends = new Map();
  port.postMessage({ started: true });
  port.onmessage = ({ data }) => {
    if (data.stop !== undefined) {
      ends.get(data.stop)?.();
      ends.delete(data.stop);
      return;
    }
    const tell = (message) => port.postMessage({ id: data.id, ...message });
    ends.set(data.id, data.subject ? join(data, tell) : follow(data, tell));
  };
}

if ("SharedWorkerGlobalScope" in globalThis) {
  globalThis.onconnect = (e) => connect(e.ports[0]);
}
