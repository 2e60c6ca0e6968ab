import { createServer } from "node:http";
import { connect } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { bytesRefuser } from "../../src/server/refuse-bytes.js";
import { listening } from "../kit/listening.js";
import { until } from "../kit/until.js";

test("a line that was refused is let go also where the other side never closes it", async () => {
  const { refuse, watch } = bytesRefuser();
  const server = createServer({ keepAliveTimeout: 600_000 }).on("clientError", refuse);
  watch(server);
  const url = await listening(server);
  const socket = connect({ port: Number(new URL(url).port), host: "127.0.0.1", allowHalfOpen: true });
  onTestFinished(() => void socket.destroy());
  let said = "";
  socket.on("data", (chunk) => {
    said += chunk;
  });
  socket.write("garbage\r\n\r\n");
  await until(
    () => said,
    (text) => text.includes("\r\n\r\n"),
  );
  expect(said).toMatch(/^HTTP\/1\.1 400 /);
  await until(
    () => new Promise<number>((resolve) => server.getConnections((_, count) => resolve(count))),
    (count) => count === 0,
    20_000,
  );
});
