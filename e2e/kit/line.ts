import { once } from "node:events";
import { createServer as createHttpServer, request, type Server } from "node:http";
import { type AddressInfo, createConnection, createServer, type Socket } from "node:net";
import { type Requests, requests } from "./requests.js";

/** What a line does to its bytes: `cut` refuses every connection, `stalled` holds back what is sent, `deaf` resets a connection whose answer has come. */
type Mode = "whole" | "cut" | "stalled" | "deaf" | "failing";

/** A TCP line to a server on this machine, which a test can break. It changes nothing of what it carries, except while it is failing. */
export interface Line {
  readonly port: number;
  readonly url: string;
  /** Says which port it leads to, and which paths there take batches; until then nothing may connect. */
  lead(port: number, intakes: readonly string[]): void;
  /** Carries everything again, also what was held back. */
  mend(): void;
  /** Resets every connection, and each new one at once. */
  cut(): void;
  /** Accepts, and keeps every byte to itself in both directions. */
  stall(): void;
  /** Brings requests to the server; when it has begun to answer, the connection is reset, and not a byte of the answer gets through. */
  loseAnswers(): void;
  /** Answers 500 to what is posted to one of `paths`, whatever its query, without passing it on; everything else gets through. */
  fail(...paths: string[]): void;
  /** As `fail`, and asks whoever it answers to wait so many seconds. */
  failAsking(seconds: number, ...paths: string[]): void;
  /**
   * How often the present fault has struck a post to an intake: a test whose fault never struck has shown nothing. Of what
   * a line would have carried that is cut, nobody knows.
   */
  struck(): number;
  /** Bodies of the posts to an intake that the line has carried whole, in their order. */
  carried(): readonly string[];
  close(): Promise<void>;
}

/** Opens a line on a free port. */
export async function openLine(): Promise<Line> {
  let mode: Mode = "whole";
  let to = 0;
  let takers: readonly string[] = [];
  const carried: string[] = [];
  let failingPaths: readonly string[] = [];
  let pause: { readonly "retry-after"?: string } = {};
  let strikes = 0;
  let release = (): void => undefined;
  let flowing: Promise<void> = Promise.resolve();
  const sockets = new Set<Socket>();

  const become = (next: Mode): void => {
    mode = next;
    strikes = 0;
    release();
    if (next === "stalled") {
      flowing = new Promise((resolve) => {
        release = resolve;
      });
    }
  };

  const carry = async (from: Socket, onto: Socket, asked: Requests, answers: boolean): Promise<void> => {
    for await (const chunk of from) {
      const whole = answers ? [] : asked.hear(chunk);
      const strike = (): void => {
        if (asked.postsTo(takers)) strikes++;
      };
      if (mode === "stalled") strike();
      await flowing;
      if (mode === "deaf" && answers) {
        strike();
        reset([from, onto]);
        return;
      }
      if (!onto.write(chunk)) await once(onto, "drain");
      for (const { method, path, body } of whole) if (method === "POST" && takers.includes(path)) carried.push(body);
    }
    await flowing;
    onto.end();
  };

  const accept = (socket: Socket): void => {
    watch(socket);
    if (mode === "cut") {
      reset([socket]);
    } else if (mode === "failing") {
      failing.emit("connection", socket);
    } else {
      const upstream = watch(createConnection({ host: "127.0.0.1", port: to, allowHalfOpen: true }));
      // Whoever of the two breaks off breaks both.
      const both = [socket, upstream];
      const asked = requests();
      const ways = [carry(socket, upstream, asked, false), carry(upstream, socket, asked, true)];
      Promise.all(ways).catch(() => reset(both));
      for (const one of both) one.once("close", () => one.errored && reset(both));
    }
  };

  const watch = (socket: Socket): Socket => {
    sockets.add(socket);
    // Told through `errored`, and to whoever reads.
    socket.on("error", () => undefined);
    return socket.once("close", () => sockets.delete(socket));
  };

  const failing: Server = createHttpServer((asked, answer) => {
    // One request each: the next connection finds the line as it is then. A browser also connects ahead of its requests,
    // so that this one may come when the line is whole again.
    answer.setHeader("connection", "close");
    if (mode === "failing" && asked.method === "POST" && failingPaths.includes(asked.url?.split("?")[0] ?? "")) {
      strikes++;
      asked.resume().once("end", () => answer.writeHead(500, { "content-type": "text/plain", ...pause }).end("no"));
      return;
    }
    const { method, url, headers } = asked;
    const passed = request({ host: "127.0.0.1", port: to, method, path: url, headers, agent: false }, (real) => {
      answer.writeHead(real.statusCode ?? 502, { ...real.headers, connection: "close" });
      real.pipe(answer);
    });
    passed.once("error", () => answer.destroy());
    asked.pipe(passed);
  });

  const server = createServer({ allowHalfOpen: true }, accept);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;

  const fail = (paths: readonly string[], asking: typeof pause): void => {
    failingPaths = paths;
    pause = asking;
    become("failing");
    // What was already connected would get past.
    reset(sockets);
  };

  return {
    port,
    url: `http://127.0.0.1:${port}`,
    lead(port, intakes) {
      to = port;
      takers = intakes;
    },
    mend: () => become("whole"),
    cut() {
      become("cut");
      reset(sockets);
    },
    stall: () => become("stalled"),
    loseAnswers: () => become("deaf"),
    fail: (...paths) => fail(paths, {}),
    failAsking: (seconds, ...paths) => fail(paths, { "retry-after": `${seconds}` }),
    struck: () => strikes,
    carried: () => carried,
    close: () =>
      new Promise((resolve) => {
        become("cut");
        reset(sockets);
        server.close(() => resolve());
      }),
  };
}

function reset(sockets: Iterable<Socket>): void {
  for (const socket of [...sockets]) if (!socket.destroyed) socket.resetAndDestroy();
}
