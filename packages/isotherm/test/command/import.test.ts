import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { runHere } from "../run-here.js";
import { temporaryFolder } from "../temporary-folder.js";

async function initialised(): Promise<string> {
  const cwd = temporaryFolder();
  await runHere(cwd, ["init", "--name", "Shop"]);
  return cwd;
}

describe("isotherm import", () => {
  test("adds up what Plausible exported, and says what it did and left out", async () => {
    const cwd = await initialised();
    mkdirSync(join(cwd, "export"));
    const lines = [
      "date,visitors,pageviews,bounces,visits,visit_duration",
      "2023-02-09,119,304,77,134,21070",
      "today,1",
    ];
    writeFileSync(join(cwd, "export", "imported_visitors_20230209_20230209.csv"), lines.join("\n"));
    writeFileSync(join(cwd, "export", "imported_weather_20230209_20230209.csv"), "date\n");
    const { code, out, err } = await runHere(cwd, ["import", "plausible", "export"]);
    expect(err).toBe("read 2 lines");
    expect([code, out.split("\n")]).toEqual([
      0,
      [
        "Stored 1 number for shop, 2023-02-09 to 2023-02-09; answers with them say that they are imported.",
        "       1 lines could not be read",
        "  unused imported_weather_20230209_20230209.csv",
      ],
    ]);
  });

  test("adds up what Google Analytics downloaded", async () => {
    const cwd = await initialised();
    writeFileSync(join(cwd, "ga4.csv"), "# a comment\nDate,Sessions\n20230209,10\n");
    const { code, out } = await runHere(cwd, ["import", "ga4", "ga4.csv", "--site", "shop"]);
    expect([code, out]).toEqual([0, expect.stringMatching(/^Stored 1 number for shop, 2023-02-09 to 2023-02-09;/)]);
  });

  test("says in a line what it cannot read, and which site is meant", async () => {
    const cwd = await initialised();
    const said = async (...args: string[]) => {
      const { code, err } = await runHere(cwd, ["import", ...args]);
      return [code, err.split("\n").length, err];
    };
    const line = (text: string) => [1, 1, expect.stringContaining(text)];
    expect(await said("plausible", ".")).toEqual(line("has no files of Plausible's"));
    expect(await said("ga4", "missing.csv")).toEqual(line("missing.csv cannot be read"));
    expect(await said("heat", "missing.db")).toEqual(line("no database of heat-collector's"));
    expect(await said("heat", "missing.db", "--site", "shpo")).toEqual(line("did you mean shop?"));
  });
});
