import { processTerminal } from "./console/terminal.js";
import { run } from "./run.js";
import { signals } from "./shutdown.js";
import { keepHeapLean } from "./system/lean-heap.js";

keepHeapLean();
const terminal = processTerminal(process);
process.exitCode = await run(process.argv.slice(2), {
  cwd: process.cwd(),
  environment: process.env,
  terminal,
  now: Date.now,
  stop: signals(process),
});
// A closed command leaves nothing to wait for; a pool's idle socket, or a reader that no longer reads what is printed,
// may not keep the shell waiting.
process.stdout.write("", () => process.exit());
setTimeout(() => process.exit(), 1_000);
