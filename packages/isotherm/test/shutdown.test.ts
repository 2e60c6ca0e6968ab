import { EventEmitter } from "node:events";
import { describe, expect, test, vi } from "vitest";
import { paint, type Terminal } from "../src/console/terminal.js";
import { signals, untilStopped } from "../src/shutdown.js";

const terminal: Terminal = {
  print: () => {},
  note: () => {},
  redraw: () => {},
  live: false,
  watched: false,
  paint: paint(false),
};

describe("signals", () => {
  test("asks at the first signal, and ends the process at the second", async () => {
    const exit = vi.fn();
    const fake = Object.assign(new EventEmitter(), { exit }) as unknown as NodeJS.Process;
    let now = 1_000;
    const wanted = signals(fake, () => now).wanted();
    fake.emit("SIGINT", "SIGINT");
    expect(await wanted).toBe("SIGINT");
    // npm hands the same Ctrl-C on once more.
    now += 20;
    fake.emit("SIGINT", "SIGINT");
    expect(exit).not.toHaveBeenCalled();
    now += 1_000;
    fake.emit("SIGINT", "SIGINT");
    expect(exit).toHaveBeenCalledWith(130);
  });
});

describe("untilStopped", () => {
  test("closes nothing before it is asked", async () => {
    const close = vi.fn(async () => {});
    let ask: (signal: NodeJS.Signals) => void = () => {};
    const done = untilStopped({ wanted: () => new Promise((resolve) => (ask = resolve)) }, terminal, close);
    expect(close).not.toHaveBeenCalled();
    ask("SIGTERM");
    await done;
    expect(close).toHaveBeenCalledOnce();
  });

  test("cuts off what does not close in time, in a line that says what is safe", async () => {
    const stop = { wanted: async () => "SIGTERM" as const };
    const hanging = untilStopped(stop, terminal, () => new Promise(() => {}), 10);
    await expect(hanging).rejects.toMatchObject({ code: "shutdown_late", exitCode: 1 });
    await expect(hanging).rejects.toThrow(/what was acknowledged is on disk/);
  });

  test("passes on why closing failed", async () => {
    const stop = { wanted: async () => "SIGTERM" as const };
    const failure = new Error("disk");
    await expect(untilStopped(stop, terminal, () => Promise.reject(failure))).rejects.toBe(failure);
  });
});
