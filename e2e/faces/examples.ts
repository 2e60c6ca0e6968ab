import { binaryOf } from "./runtime.js";

/** Each example with a process of its own: how it is started in its folder. */
export const examples: {
  readonly [name: string]: { readonly command: string | undefined; readonly args: readonly string[] };
} = {
  fastify: { command: process.execPath, args: ["server.mjs"] },
  express: { command: process.execPath, args: ["server.mjs"] },
  nest: { command: process.execPath, args: ["--import", "tsx", "main.ts"] },
  hono: { command: process.execPath, args: ["server.mjs"] },
  bun: { command: binaryOf("BUN"), args: ["server.ts"] },
  deno: {
    command: binaryOf("DENO"),
    // The journal locks its folder by a socket below /proc, for which Deno asks for everything.
    args: ["run", "--cached-only", "--no-check", "--allow-all", "server.ts"],
  },
};
