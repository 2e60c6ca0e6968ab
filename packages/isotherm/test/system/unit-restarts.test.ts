import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { root } from "../process.js";

// What each line does: https://www.freedesktop.org/software/systemd/man/latest/systemd.service.html
test("the systemd unit tries a start that failed again for as long as it takes, whatever its exit code", () => {
  const lines = readFileSync(`${root}examples/deploy/systemd/isotherm@.service`, "utf8").split("\n");
  expect(lines).toEqual(expect.arrayContaining(["StartLimitIntervalSec=0", "Restart=always"]));
  // Many a start that ends with "the configuration is wrong" is mended by others, as a secret that comes late.
  expect(lines.filter((line) => line.startsWith("RestartPreventExitStatus"))).toEqual([]);
});
