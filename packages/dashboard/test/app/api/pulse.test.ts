import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { pulse } from "../../../src/app/api/pulse.js";

let visibility: DocumentVisibilityState;
beforeEach(() => {
  vi.useFakeTimers();
  visibility = "visible";
  vi.spyOn(document, "visibilityState", "get").mockImplementation(() => visibility);
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const show = (state: DocumentVisibilityState): void => {
  visibility = state;
  document.dispatchEvent(new Event("visibilitychange"));
};

describe("pulse", () => {
  test("beats every two seconds, counted from the end of a beat", async () => {
    const beat = vi.fn(async () => true);
    const end = pulse(beat, { document });
    await vi.advanceTimersByTimeAsync(6_100);
    expect(beat).toHaveBeenCalledTimes(3);
    end();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(beat).toHaveBeenCalledTimes(3);
  });

  test("rests while the page is hidden and beats at once when it comes back", async () => {
    const beat = vi.fn(async () => true);
    const end = pulse(beat, { document });
    show("hidden");
    await vi.advanceTimersByTimeAsync(60_000);
    expect(beat).not.toHaveBeenCalled();
    show("visible");
    expect(beat).toHaveBeenCalledTimes(1);
    end();
  });

  test("slows down while nothing answers and returns to its pace after", async () => {
    let fine = false;
    const beat = vi.fn(async () => fine);
    const end = pulse(beat, { document, every: 2_000, longest: 8_000 });
    await vi.advanceTimersByTimeAsync(2_000 + 4_000 + 8_000 + 8_000);
    expect(beat).toHaveBeenCalledTimes(4);
    fine = true;
    await vi.advanceTimersByTimeAsync(8_000 + 2_000);
    expect(beat).toHaveBeenCalledTimes(6);
    end();
  });
});
