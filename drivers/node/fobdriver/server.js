// The socket that listens and a bounded number of connections.
import { randomBytes } from "node:crypto";
import { chmodSync, renameSync } from "node:fs";
import net from "node:net";
import { LONGEST_BODY, Reader } from "./http1.js";

const MOST_CONNECTIONS = 512;
const SPARE_CONNECTIONS = 16; // connections above the limit that are answered once; the rest are closed at once
const BACKLOG = 128;
const IDLE_MS = 600_000; // longer than HTTP clients keep idle connections, so that the client closes them
const SHORT_IDLE_MS = 2000; // for a connection that is about to be closed
const MOST_AHEAD = LONGEST_BODY + 64 * 1024; // bytes that a client may send ahead of the answers
const CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n";

/**
 * `handle(request, reply)` calls reply once, with a Response. `refuse` converts a Refused to a Response. `lost` is called
 * with the error if a descriptor of the driver's has gone.
 */
export class Server {
  #handle;
  #refuse;
  #lost;
  #open = new Set();
  #listener = null;

  constructor(handle, refuse, lost) {
    this.#handle = handle;
    this.#refuse = refuse;
    this.#lost = lost;
  }

  /** Listens, and gives a Unix socket its real path only when clients can connect. */
  async listen({ path, host, port }) {
    // Not a fixed name: at the end Node deletes the name that it has bound, which may be another driver's by then.
    const temporary = path && `${path}.${randomBytes(2).toString("hex")}`;
    const where = path ? { path: temporary } : { host, port, ipv6Only: net.isIPv6(host) };
    this.#listener = net.createServer({ noDelay: true, allowHalfOpen: true }, socket => this.#accept(socket));
    await new Promise((resolve, reject) => {
      this.#listener.once("error", reject);
      this.#listener.listen({ ...where, backlog: BACKLOG }, resolve);
    });
    this.#listener.on("error", error => this.#lost(error));
    if (path) {
      chmodSync(temporary, 0o666); // the invoker may be another user
      renameSync(temporary, path);
    }
    const bound = this.#listener.address();
    return path ? `unix:${path}` : `tcp:${bound.address}:${bound.port}`;
  }

  get fd() {
    return this.#listener._handle?.fd ?? -1;
  }

  #accept(socket) {
    if (this.#open.size >= MOST_CONNECTIONS + SPARE_CONNECTIONS) {
      socket.destroy();
      return;
    }
    this.#open.add(socket);
    const connection = {
      socket, reader: new Reader(), once: this.#open.size > MOST_CONNECTIONS, busy: false, closing: false, ended: false,
    };
    socket.setTimeout(connection.once ? SHORT_IDLE_MS : IDLE_MS);
    socket.on("timeout", () => connection.busy || socket.destroy());
    socket.on("error", error => error.code === "EBADF" || error.code === "ENOTSOCK" ? this.#lost(error) : null);
    socket.on("close", () => this.#open.delete(socket));
    socket.on("end", () => {
      connection.ended = true;
      if (!connection.busy) socket.destroySoon();
    });
    socket.on("data", chunk => {
      if (connection.closing) return;
      connection.reader.add(chunk);
      if (!connection.busy) this.#next(connection);
      else if (connection.reader.size > MOST_AHEAD) socket.pause();
    });
  }

  #next(connection) {
    let request;
    try {
      request = connection.reader.next();
    } catch (error) {
      this.#send(connection, this.#refuse(error));
      return;
    }
    if (!request) {
      if (connection.ended) connection.socket.destroySoon();
      else if (connection.reader.wantsContinue()) connection.socket.write(CONTINUE);
      return;
    }
    if (!request.keepAlive) connection.once = true;
    connection.busy = true;
    this.#handle(request, response => {
      connection.busy = false;
      this.#send(connection, response);
    });
  }

  #send(connection, response) {
    const { socket } = connection;
    const close = connection.once || response.close;
    socket.write(response.toText(close), response.sent ?? undefined);
    if (socket.isPaused()) socket.resume();
    if (close) {
      // Ends the sending side only: closing a socket with unread input would reset the connection.
      connection.closing = true;
      if (connection.ended) socket.destroySoon();
      else socket.end();
      socket.setTimeout(SHORT_IDLE_MS);
    } else if (connection.reader.size || connection.ended) {
      setImmediate(() => connection.busy || connection.closing || this.#next(connection));
    }
  }
}
