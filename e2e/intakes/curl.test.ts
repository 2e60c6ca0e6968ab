import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isotherm, root } from "../kit/process.js";
import { storedIds } from "../kit/stored.js";
import { type System, startSystem } from "../kit/system.js";
import { until } from "../kit/until.js";

const folder = mkdtempSync(join(tmpdir(), "isotherm-e2e-"));
const shell = promisify(execFile);
const page = readFileSync(`${root}docs/intakes.md`, "utf8");

/** Commands of the page, each with the answer that it shows and how many batches it stores. */
const commands = [
  ...page.matchAll(/<!-- run: stores (\d+) -->\n\n```sh\n([\s\S]*?)```\n\n```json\n([\s\S]*?)```/g),
].map(([, stores, command = "", answer = ""]) => ({
  title: command.split("\n")[0] ?? "",
  command,
  answer: JSON.parse(answer),
  stores: Number(stores),
}));

let system: System;

beforeAll(async () => {
  system = await startSystem(folder, { origins: ["https://shop.example"] });
});

afterAll(async () => {
  await system?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** What the page shows, with … for whatever it cannot know. */
function shown(value: unknown): unknown {
  if (value === "…") return expect.anything();
  if (Array.isArray(value)) return value.map(shown);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, shown(inner)]));
}

describe("docs/intakes.md", () => {
  test("shows every command with what it is answered and what it stores", async () => {
    expect(commands).toHaveLength(page.split("<!-- run").length - 1);
    expect(commands.length).toBeGreaterThan(0);
    const created = isotherm(["keys", "create", "write"], folder);
    await created.ended;
    const env = {
      ...process.env,
      COLLECTOR: system.collector,
      SITE: system.site,
      KEY: system.publicKey,
      READ_KEY: system.readKey,
      WRITE_KEY: /wr_\w+/.exec(created.output())?.[0],
    };
    let stored = 0;
    for (const { title, command, answer, stores } of commands) {
      const { stdout } = await shell("bash", ["-c", command.replace("curl ", "curl -sS --fail-with-body ")], { env });
      expect(JSON.parse(stdout), title).toEqual(shown(answer));
      stored += stores;
      const ids = await until(`what ${title} stores`, async () => {
        const found = storedIds(folder);
        return found.length >= stored ? found : null;
      });
      expect(ids, title).toHaveLength(stored);
    }
  });
});
