import { describe, expect, test } from "vitest";
import { closing, opening } from "../../src/system/closing.js";

describe("closing", () => {
  test("closes in the opposite order, all of them, and reports the first failure", async () => {
    const closed: string[] = [];
    const open = closing();
    for (const name of ["store", "collector", "relay"]) {
      open.add(async () => {
        closed.push(name);
        if (name !== "store") throw new Error(name);
      });
    }
    await expect(open.close()).rejects.toThrow("relay");
    expect(closed).toEqual(["relay", "collector", "store"]);
    await open.close();
    expect(closed).toHaveLength(3);
  });
});

describe("opening", () => {
  test("closes what was opened when a later one fails", async () => {
    const closed: string[] = [];
    const failing = opening(async (opened) => {
      opened.add(async () => {
        closed.push("store");
      });
      throw new Error("port");
    });
    await expect(failing).rejects.toThrow("port");
    expect(closed).toEqual(["store"]);
  });
});
