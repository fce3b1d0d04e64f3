// An HTTP server from which a driver fetches.
import http from "node:http";

/** Returns the URL of a server that gives one answer after another, and the tokens that it got. */
export function serve(t, ...answers) {
  const tokens = [];
  const server = http.createServer((request, response) => {
    tokens.push(request.headers.authorization);
    const [status, body, claimed = Buffer.byteLength(body)] = answers.shift();
    response.writeHead(status, { "Content-Length": claimed, Location: "/elsewhere" });
    response.write(body);
    if (claimed > Buffer.byteLength(body)) setImmediate(() => response.destroy());
    else response.end();
  });
  t.after(() => server.close());
  return new Promise(resolve => server.listen(0, "127.0.0.1", () => resolve({ url: `http://127.0.0.1:${server.address().port}/api/cs/1`, tokens })));
}
