// The parts of HTTP/1.1 that a driver needs. It is strict: it refuses what another parser may understand differently.
const LONGEST_HEAD = 16 * 1024;
export const LONGEST_BODY = 8 << 20;
const NOTHING = Buffer.alloc(0);
const HEAD_END = Buffer.from("\r\n\r\n");
const REQUEST_LINE = /^([A-Z]{1,16}) (\/[!-~]*) HTTP\/1\.([01])$/;
const HEADER = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+):[ \t]*([^\0\r\n]*)$/;
const REQUEST_ID = /^[!-~]{1,200}$/;
const ONLY_ONCE = new Set(["content-length", "host", "content-type", "fob-request-id"]);
const PHRASES = {
  200: "OK", 400: "Bad Request", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed", 411: "Length Required",
  413: "Content Too Large", 422: "Unprocessable Content", 429: "Too Many Requests",
  431: "Request Header Fields Too Large", 500: "Internal Server Error", 502: "Bad Gateway", 503: "Service Unavailable",
};

export const isRequestId = text => typeof text === "string" && REQUEST_ID.test(text);

/** A request that cannot be parsed. The start of the next is unknown, so the connection must be closed. */
export class Refused extends Error {
  constructor(status, message, requestId) {
    super(message);
    this.status = status;
    this.requestId = requestId;
  }
}

/** `sent` is called when the response has been written, or cannot be. */
export class Response {
  constructor(status, body, headers = "", close = false, sent = null) {
    Object.assign(this, { status, body, headers, close, sent });
  }

  toText(close) {
    return `HTTP/1.1 ${this.status} ${PHRASES[this.status]}\r\nContent-Type: application/json\r\nContent-Length: ${
      Buffer.byteLength(this.body)}\r\n${this.headers}${close ? "Connection: close\r\n\r\n" : "\r\n"}${this.body}`;
  }
}

/** Collects the bytes of a connection and parses requests. */
export class Reader {
  #pieces = []; // of the head, or of the body
  #size = 0;
  #request = null; // the request whose head has arrived, but not its whole body
  #known = new Map(); // parsed header lines; most are the same in all requests of a connection

  get size() {
    return this.#size;
  }

  add(chunk) {
    this.#pieces.push(chunk);
    this.#size += chunk.length;
  }

  /** Returns the next complete request, or null. */
  next() {
    if (!this.#request) {
      if (!this.#size) return null;
      const buffer = this.#joined();
      const end = buffer.indexOf(HEAD_END);
      if ((end < 0 ? buffer.length : end) > LONGEST_HEAD) {
        throw new Refused(431, `the request's head is longer than ${LONGEST_HEAD} bytes`);
      }
      if (end < 0) return null;
      this.#request = this.#parseHead(buffer.latin1Slice(0, end));
      this.#rest(buffer, end + 4);
    }
    const request = this.#request;
    if (this.#size < request.length) return null;
    const buffer = this.#joined();
    request.body = buffer.subarray(0, request.length);
    this.#rest(buffer, request.length);
    this.#request = null;
    return request;
  }

  /** Whether the client waits for `100 Continue`; true at most once for each request. */
  wantsContinue() {
    const expect = this.#request?.headers.expect;
    if (expect) delete this.#request.headers.expect;
    return expect?.toLowerCase() === "100-continue";
  }

  #joined() {
    if (this.#pieces.length === 0) return NOTHING;
    if (this.#pieces.length > 1) this.#pieces = [Buffer.concat(this.#pieces, this.#size)];
    return this.#pieces[0];
  }

  #rest(buffer, start) {
    this.#size = buffer.length - start;
    this.#pieces = this.#size ? [buffer.subarray(start)] : [];
  }

  #parseHead(head) {
    const lines = head.split("\r\n");
    const first = REQUEST_LINE.exec(lines[0]);
    if (!first) {
      throw new Refused(400, "the first line is not that of an HTTP/1.1 request, such as: POST /run HTTP/1.1");
    }
    const headers = Object.create(null);
    for (let i = 1; i < lines.length; i++) {
      const [name, value] = this.#header(lines[i]);
      if (name in headers && ONLY_ONCE.has(name)) throw new Refused(400, `there is more than one ${name}`);
      headers[name] = value;
    }
    const is11 = first[3] === "1";
    if (is11 && !("host" in headers)) throw new Refused(400, "HTTP/1.1 demands a Host header");
    const path = first[2].split("?", 1)[0];
    const keepAlive = is11 && !headers.connection?.toLowerCase().includes("close");
    return { method: first[1], path, headers, keepAlive, length: bodyLength(headers), requestId: null, body: null };
  }

  #header(line) {
    let parsed = this.#known.get(line);
    if (!parsed) {
      const match = HEADER.exec(line);
      if (!match) throw new Refused(400, `this header line is malformed: ${JSON.stringify(line.slice(0, 100))}`);
      parsed = [match[1].toLowerCase(), match[2].replace(/[ \t]+$/, "")];
      if (this.#known.size < 32) this.#known.set(line, parsed);
    }
    return parsed;
  }
}

/** Returns the request id in the header, or null if there is no valid one. */
export function requestIdIn(headers) {
  const id = headers["fob-request-id"];
  return isRequestId(id) ? id : null;
}

function bodyLength(headers) {
  const refuse = (status, message) => new Refused(status, message, requestIdIn(headers));
  if ("transfer-encoding" in headers) throw refuse(411, "send a Content-Length: chunked bodies are not supported");
  const length = headers["content-length"] ?? "0";
  if (!/^[0-9]+$/.test(length)) throw refuse(400, "Content-Length is not a number");
  if (length.length > 10 || +length > LONGEST_BODY) throw refuse(413, `the body is longer than ${LONGEST_BODY} bytes`);
  return +length;
}
