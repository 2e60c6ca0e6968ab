/**
 * Runs suites, as many at once as there are `lanes`, those that stand aside beside all others; shows what they say when
 * they fail, and ends with a table in the order of the suites and the totals.
 *
 * @param {import("./suites.mjs").Suite[]} suites
 * @param {{ lanes?: number }} [options]
 */
export async function report(suites, { lanes = 1 } = {}) {
  const ci = process.env.CI === "true";
  const run = async (suite) => {
    const started = performance.now();
    const missing = suite.missing?.() ?? null;
    const outcome = missing ? absent(missing, ci) : vain(await suite.run().catch(broken));
    const row = { suite, seconds: ((performance.now() - started) / 1000).toFixed(1), missing, ...outcome };
    say(row);
    return row;
  };
  const rows = await inLanes(suites, lanes, run);
  print(rows);
  const total = (key) => rows.reduce((sum, row) => sum + row[key], 0);
  const skipped = rows.reduce((sum, row) => sum + row.skipped.length, 0);
  process.stdout.write(
    `\n${total("passed")} passed, ${total("failed")} failed${skipped > 0 ? `, ${skipped} skipped` : ""}\n`,
  );
  return total("failed") === 0;
}

/**
 * Runs each suite in the first lane that is free. Of those that share something (`shares`) one runs at a time; one that
 * others stand on (`first`) is done before any other begins.
 */
async function inLanes(suites, lanes, run) {
  const rows = new Map();
  const waiting = [...suites];
  const running = new Map();
  const mayRun = ({ aside, shares }) => {
    const beside = [...running.keys()];
    if (beside.some(({ first }) => first)) return false;
    if (!aside && beside.filter((each) => !each.aside).length >= lanes) return false;
    return shares === undefined || !beside.some((each) => each.shares === shares);
  };
  while (waiting.length > 0 || running.size > 0) {
    for (let next = waiting.find(mayRun); next; next = waiting.find(mayRun)) {
      const suite = next;
      waiting.splice(waiting.indexOf(suite), 1);
      const done = run(suite).then((row) => {
        rows.set(suite, row);
        running.delete(suite);
      });
      running.set(suite, done);
    }
    await Promise.race(running.values());
  }
  return suites.map((suite) => rows.get(suite));
}

function say({ suite, passed, failed, seconds, output, shown }) {
  process.stdout.write(`• ${suite.name} … ${failed > 0 ? "failed" : passed === 0 ? "skipped" : "ok"} (${seconds} s)\n`);
  if (failed > 0) process.stdout.write(`${output}\n`);
  else if (shown) process.stdout.write(`\n${shown}`);
}

/** A suite that looked at nothing has shown nothing. */
function vain(outcome) {
  const { passed, failed, skipped } = outcome;
  return passed + failed + skipped.length > 0 ? outcome : { ...outcome, failed: 1, output: "It ran no test." };
}

/** A suite that could not even be run. */
function broken(error) {
  return { passed: 0, failed: 1, skipped: [], output: error.stack ?? `${error}` };
}

/** What is not installed is skipped on a person's machine, and a failure where everything is owed. */
function absent(reason, ci) {
  return { passed: 0, failed: ci ? 1 : 0, skipped: ci ? [] : ["everything"], output: `CI=true and ${reason}` };
}

function print(rows) {
  const width = Math.max(...rows.map(({ suite }) => suite.name.length));
  const against = Math.max(...rows.map(({ suite }) => suite.against.length));
  process.stdout.write(`\n${"suite".padEnd(width)}  ${"against".padEnd(against)}  passed  failed  skipped  seconds\n`);
  for (const { suite, passed, failed, skipped, seconds } of rows) {
    const numbers = [
      String(passed).padStart(6),
      String(failed).padStart(6),
      String(skipped.length).padStart(7),
      seconds.padStart(7),
    ];
    process.stdout.write(`${suite.name.padEnd(width)}  ${suite.against.padEnd(against)}  ${numbers.join("  ")}\n`);
  }
  const left = rows.filter(({ skipped }) => skipped.length > 0);
  if (left.length > 0) process.stdout.write("\nSkipped:\n");
  for (const { suite, missing, skipped } of left) {
    for (const name of skipped) process.stdout.write(`  ${suite.name}: ${missing ?? name}\n`);
  }
}
