import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { expect, onTestFinished, test, vi } from "vitest";
import { malformedAnswers } from "../../src/server/malformed.js";

test("a line that was refused is let go also where the other side never closes it", async () => {
  const { answer, watch } = malformedAnswers();
  const server = createServer({ keepAliveTimeout: 600_000 }).on("clientError", answer as never);
  watch(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
  onTestFinished(() => {
    socket.destroy();
    server.close();
  });
  let said = "";
  socket.on("data", (chunk) => {
    said += chunk;
  });
  socket.write("garbage\r\n\r\n");
  await vi.waitFor(() => expect(said).toMatch(/^HTTP\/1\.1 400 .*\r\n\r\n\{/s), 20_000);
  const open = () => new Promise<number>((resolve) => server.getConnections((_, count) => resolve(count)));
  await vi.waitFor(async () => expect(await open()).toBe(0), 20_000);
});
