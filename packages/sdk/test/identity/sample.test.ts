import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type IsothermError, persist, sample } from "../../src/index.js";
import { begin, restoreBrowser } from "../support/browser.js";
import { type FakeServer, fakeServer } from "../support/server.js";

let server: FakeServer;

beforeEach(() => {
  history.replaceState(null, "", "/");
  localStorage.clear();
  server = fakeServer();
});
afterEach(restoreBrowser);

/** Draws these numbers in turn, and others for ids. */
function draw(...numbers: number[]): void {
  const real = Math.random;
  vi.spyOn(Math, "random").mockImplementation(() =>
    /src.identity.sample/.test(new Error().stack ?? "") ? (numbers.shift() ?? 0) : real(),
  );
}

describe("sample", () => {
  test("decides once per page view, and says at which rate", async () => {
    draw(0.3, 0.2, 0.9, 0.9);
    const isotherm = begin({ use: [sample(0.25)] });
    for (const path of ["first", "second", "third"]) {
      isotherm.track(path);
      isotherm.track(`${path} again`);
      history.pushState(null, "", `/${path}`);
    }
    await isotherm.flush();
    expect(server.of("custom").map(({ name }) => name)).toEqual(["second", "second again"]);
    expect(server.of("page")).toHaveLength(1);
    expect(server.accepted().map(({ rate, seq }) => [rate, seq])).toEqual([[0.25, 0]]);
  });

  test("decides once per session where there is an id", async () => {
    const counts = new Set<number>();
    for (let i = 0; i < 40; i++) {
      localStorage.clear();
      server = fakeServer();
      const isotherm = begin({ key: "pk_12345678", use: [persist(), sample(0.5)] });
      for (let n = 1; n < 4; n++) isotherm.page({ url: `/${i}/${n}` });
      await isotherm.flush();
      isotherm.stop();
      counts.add(server.of("page").length);
    }
    expect([...counts].sort()).toEqual([0, 4]);
  });

  test.each([0, -1, 1.5, Number.NaN, "0.5" as never])("names the fix where the share is %s", async (rate) => {
    const errors: IsothermError[] = [];
    const isotherm = begin({ use: [sample(rate as number)], onError: (error) => errors.push(error) });
    await isotherm.flush();
    expect(errors).toMatchObject([{ code: "options_invalid", reason: expect.stringContaining("sample") }]);
  });
});
