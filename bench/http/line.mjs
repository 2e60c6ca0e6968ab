import { connect } from "node:net";

/** One open connection that sends prepared requests, one at a time. Reading no more of an answer than has to be read, it leaves the processor to the server. */
export async function openLine(url) {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), noDelay: true });
  await new Promise((resolve, reject) => socket.once("connect", resolve).once("error", reject));
  let received = "";
  let waiting = null;
  const fail = (error) => waiting?.reject(error);
  socket.setEncoding("latin1");
  socket.on("error", fail).on("close", () => fail(new Error("the server closed the line")));
  socket.on("data", (text) => {
    received += text;
    const answer = answerIn(received);
    if (answer === null) return;
    received = "";
    const { resolve, reject } = waiting;
    waiting = null;
    if (answer.status >= 200 && answer.status <= 299) resolve();
    else reject(new Error(`${answer.status} ${answer.body}`));
  });
  return {
    /** Resolves once the request was answered with a 2xx, and rejects otherwise. */
    send: (bytes) =>
      new Promise((resolve, reject) => {
        waiting = { resolve, reject };
        socket.write(bytes);
      }),
    close: () => socket.destroy(),
  };
}

/** A request as it travels. */
export function requestBytes(url, { path, headers, body }) {
  const lines = Object.entries({ host: new URL(url).host, ...headers, "content-length": body.length });
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  return Buffer.concat([Buffer.from(`POST ${path} HTTP/1.1\r\n${head}\r\n`, "latin1"), body]);
}

/** The one answer that there can be, since nothing was asked before it came; null while it is not whole. */
function answerIn(text) {
  const end = text.indexOf("\r\n\r\n");
  if (end < 0) return null;
  const status = Number(text.slice(9, 12));
  const body = text.slice(end + 4);
  if (status === 204) return { status, body };
  const length = /\r\ncontent-length: *(\d+)/i.exec(text.slice(0, end + 2))?.[1];
  if (length === undefined) throw new Error(`an answer without a length: ${text.slice(0, end)}`);
  return body.length < Number(length) ? null : { status, body };
}
