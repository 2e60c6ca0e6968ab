/**
 * Runs suites one after the other, those that stand aside beside the ones that follow, shows what they say when they fail,
 * and ends with a table and the totals.
 */
export async function report(suites) {
  const ci = process.env.CI === "true";
  const rows = [];
  const beside = [];
  const run = async (suite) => {
    const started = performance.now();
    const missing = suite.missing?.() ?? null;
    const outcome = missing ? absent(missing, ci) : await suite.run().catch(broken);
    return { suite, seconds: ((performance.now() - started) / 1000).toFixed(1), missing, ...outcome };
  };
  const finish = (row) => {
    const { failed, missing, seconds, output, shown } = row;
    process.stdout.write(`${failed > 0 ? "failed" : missing ? "skipped" : "ok"} (${seconds} s)\n`);
    if (failed > 0) process.stdout.write(`${output}\n`);
    else if (shown) process.stdout.write(`\n${shown}`);
    rows.push(row);
  };
  for (const suite of suites) {
    if (suite.aside) {
      process.stdout.write(`• ${suite.name} … goes on beside the others\n`);
      beside.push(run(suite));
      continue;
    }
    process.stdout.write(`• ${suite.name} … `);
    finish(await run(suite));
  }
  for (const each of beside) {
    const row = await each;
    process.stdout.write(`• ${row.suite.name} … `);
    finish(row);
  }
  print(rows);
  const total = (key) => rows.reduce((sum, row) => sum + row[key], 0);
  const skipped = rows.reduce((sum, row) => sum + row.skipped.length, 0);
  process.stdout.write(
    `\n${total("passed")} passed, ${total("failed")} failed${skipped > 0 ? `, ${skipped} skipped` : ""}\n`,
  );
  return total("failed") === 0;
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
