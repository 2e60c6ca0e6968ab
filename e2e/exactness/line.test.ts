import { once } from "node:events";
import { createServer, type IncomingMessage, request, type Server } from "node:http";
import { type AddressInfo, createConnection } from "node:net";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Line, openLine } from "../kit/line.js";
import { requests } from "../kit/requests.js";
import { until } from "../kit/until.js";

let server: Server;
let line: Line;
/** What reached the server. */
let seen: string[];

beforeEach(async () => {
  seen = [];
  server = createServer(async (asked, answer) => {
    let body = "";
    for await (const chunk of asked) body += chunk;
    seen.push(`${asked.method} ${asked.url} ${body}`);
    answer.end(`heard ${body.length}`);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  line = await openLine();
  line.lead((server.address() as AddressInfo).port, ["/in"]);
});

afterEach(async () => {
  await line.close();
  server.closeAllConnections();
  server.close();
});

/** One request on a connection of its own: a pool would hide which one broke. */
function post(path: string, body = "text"): Promise<string> {
  return new Promise((resolve, reject) => {
    const asked = request(`${line.url}${path}`, { method: "POST", agent: false }, async (answer) => {
      let text = "";
      try {
        for await (const chunk of answer) text += chunk;
        resolve(`${answer.statusCode} ${text}`);
      } catch (error) {
        reject(error);
      }
    });
    asked.once("error", reject);
    asked.end(body);
  });
}

const code = (error: NodeJS.ErrnoException): string | undefined => error.code;

describe("a line", () => {
  test("carries everything while it is whole", async () => {
    const large = "x".repeat(3_000_000);
    expect(await post("/in", large)).toBe("200 heard 3000000");
    expect(seen).toEqual([`POST /in ${large}`]);
    expect(line.struck()).toBe(0);
  });

  test("tells what was posted to its intakes, and nothing else", async () => {
    await post("/in?a=1", "one");
    await post("/other", "two");
    await post("/in", "x".repeat(200_000));
    expect(line.carried()).toEqual(["one", "x".repeat(200_000)]);
    line.fail("/in");
    await post("/in", "three");
    expect(line.carried()).toHaveLength(2);
  });

  test("tells what was posted over one connection, packed or not, in whatever pieces it comes", async () => {
    const packed = gzipSync("packed");
    const bytes = Buffer.concat([
      Buffer.from(`GET /in HTTP/1.1\r\nhost: a\r\n\r\nPOST /in HTTP/1.1\r\nhost: a\r\ncontent-length: 4\r\n\r\ntext`),
      Buffer.from(`POST /in HTTP/1.1\r\nhost: a\r\ncontent-length: ${packed.length}\r\ncontent-encoding: gzip\r\n\r\n`),
      packed,
    ]);
    const asked = requests();
    const bodies = [...bytes].flatMap((byte) => asked.hear(Buffer.of(byte))).map(({ method, body }) => [method, body]);
    expect(bodies).toEqual([
      ["GET", ""],
      ["POST", "text"],
      ["POST", "packed"],
    ]);
  });

  test("resets every connection while it is cut, and carries again once it is mended", async () => {
    line.cut();
    expect(await post("/a").catch(code)).toBe("ECONNRESET");
    expect(seen).toEqual([]);
    line.mend();
    expect(await post("/b")).toBe("200 heard 4");
  });

  test("resets what is on its way when it is cut", async () => {
    line.stall();
    const waiting = post("/in").catch(code);
    await until("a request to be held back", async () => line.struck() || null);
    line.cut();
    expect(await waiting).toBe("ECONNRESET");
    line.mend();
    expect(await post("/b")).toBe("200 heard 4");
    expect(seen).toEqual(["POST /b text"]);
  });

  test("holds every byte back while it is stalled, and delivers them afterwards", async () => {
    line.stall();
    let answered = false;
    const waiting = post("/in").finally(() => {
      answered = true;
    });
    await until("a request to be held back", async () => line.struck() || null);
    line.mend();
    line.stall();
    // What was let go in between is what the server may have; its answer is held back again.
    await until("its answer to be held back", async () => line.struck() || null);
    expect(seen).toEqual(["POST /in text"]);
    expect(answered).toBe(false);
    line.mend();
    expect(await waiting).toBe("200 heard 4");
  });

  test("brings requests to the server and loses the answers", async () => {
    line.loseAnswers();
    expect(await post("/in").catch(code)).toBe("ECONNRESET");
    expect(seen).toEqual(["POST /in text"]);
    expect(line.struck()).toBe(1);
    expect(line.carried()).toEqual(["text"]);
    line.mend();
    expect(await post("/in")).toBe("200 heard 4");
  });

  test("has struck nothing while only others are hit than posts to its intakes", async () => {
    const idle = createConnection(line.port, "127.0.0.1");
    await once(idle, "connect");
    expect(await post("/in")).toBe("200 heard 4");
    line.loseAnswers();
    expect(await post("/briefing").catch(code)).toBe("ECONNRESET");
    line.cut();
    const [error] = await once(idle, "error");
    expect(code(error)).toBe("ECONNRESET");
    expect(line.struck()).toBe(0);
  });

  test("answers 500 to some paths, whatever their query, without passing it on, and lets the rest through", async () => {
    line.fail("/in", "/e/");
    expect(await post("/in")).toBe("500 no");
    expect(await post("/e/?retry_count=1")).toBe("500 no");
    expect(await post("/other", "more")).toBe("200 heard 4");
    expect(seen).toEqual(["POST /other more"]);
    expect(line.struck()).toBe(2);
    line.mend();
    expect(await post("/in")).toBe("200 heard 4");
  });

  test("asks to be let alone for as long as it is told to", async () => {
    const pauseOf = async (): Promise<string | null> => {
      const answer = await fetch(`${line.url}/in`, { method: "POST", body: "text" });
      await answer.text();
      return answer.headers.get("retry-after");
    };
    line.failAsking(5, "/in");
    expect(await pauseOf()).toBe("5");
    line.fail("/in");
    expect(await pauseOf()).toBeNull();
  });

  test("carries what comes once it is mended, also on a connection that was made before", async () => {
    line.fail("/in");
    const early = createConnection(line.port, "127.0.0.1");
    await once(early, "connect");
    // The line has accepted what came first once it answers what came later.
    expect(await post("/in")).toBe("500 no");
    line.mend();
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      request(`${line.url}/in`, { method: "POST", createConnection: () => early }, resolve)
        .once("error", reject)
        .end("text");
    });
    expect(answer.statusCode).toBe(200);
    expect(seen).toEqual(["POST /in text"]);
    early.destroy();
  });

  test("resets the client when the server is not there", async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    expect(await post("/a").catch(code)).toBe("ECONNRESET");
  });
});
