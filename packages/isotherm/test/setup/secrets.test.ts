import { chmodSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readSecrets, secretsFile, writeSecrets } from "../../src/setup/secrets.js";
import { temporaryFolder } from "../temporary-folder.js";

const secrets = { readKey: "rd_x", relay: { keyId: "rk_x", secret: "whsec_x" } };

describe("secrets", () => {
  test("are empty before they were written", async () => {
    expect(await readSecrets(temporaryFolder())).toEqual({});
  });

  test("are readable by their owner alone, also when a file was there that others could read", async () => {
    const data = temporaryFolder();
    writeFileSync(secretsFile(data), "{}");
    chmodSync(secretsFile(data), 0o644);
    await writeSecrets(data, secrets);
    expect(statSync(secretsFile(data)).mode & 0o777).toBe(0o600);
    expect(await readSecrets(data)).toEqual(secrets);
    expect(readdirSync(data)).toEqual(["secrets.json"]);
  });

  test("make a folder that only their owner can enter", async () => {
    const data = join(temporaryFolder(), "data");
    await writeSecrets(data, secrets);
    expect(statSync(data).mode & 0o777).toBe(0o700);
  });

  test("say what to do when the file is damaged", async () => {
    const data = temporaryFolder();
    writeFileSync(secretsFile(data), "{");
    await expect(readSecrets(data)).rejects.toThrow(/is damaged: delete it/);
  });
});
