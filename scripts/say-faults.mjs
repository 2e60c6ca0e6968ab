/** Ends a check: a line for each fault, and an exit code that says whether there was one. */
export function sayFaults(faults) {
  if (faults.length === 0) return;
  process.stderr.write(`${faults.join("\n")}\n`);
  process.exitCode = 1;
}
