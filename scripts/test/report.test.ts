import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";

const report = new URL("../report.mjs", import.meta.url).href;

/** The rows of a report on suites that did so much, and whether all is well. */
function reported(...outcomes: readonly object[]): { readonly rows: string; readonly well: boolean } {
  const program = `
    import { report } from ${JSON.stringify(report)};
    const suites = ${JSON.stringify(outcomes)}.map((outcome, n) => ({
      name: "suite " + n, against: "all", run: async () => ({ skipped: [], output: "", ...outcome }),
    }));
    process.exitCode = (await report(suites)) ? 0 : 1;`;
  const { status, stdout } = spawnSync(process.execPath, ["--input-type=module", "-e", program], { encoding: "utf8" });
  return { rows: stdout, well: status === 0 };
}

test("ends well when every suite has passed something or says what it skipped", () => {
  const { rows, well } = reported({ passed: 2, failed: 0 }, { passed: 0, failed: 0, skipped: ["all of it"] });
  expect(well).toBe(true);
  expect(rows).toContain("2 passed, 0 failed, 1 skipped");
});

test("takes a suite that ran nothing for one that failed", () => {
  const { rows, well } = reported({ passed: 1, failed: 0 }, { passed: 0, failed: 0 });
  expect(well).toBe(false);
  expect(rows).toMatch(/suite 1 … failed .*\nIt ran no test\./);
});
