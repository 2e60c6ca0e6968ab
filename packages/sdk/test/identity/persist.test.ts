import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type Isotherm, type PersistOptions, persist, type StartOptions } from "../../src/index.js";
import { begin, pass, restoreBrowser } from "../support/browser.js";
import { type FakeServer, fakeServer } from "../support/server.js";

let server: FakeServer;

const forget = (): void => {
  localStorage.clear();
  // biome-ignore lint/suspicious/noDocumentCookie: happy-dom knows no other way.
  document.cookie = "k_test_1=;max-age=0;path=/";
};

beforeEach(() => {
  vi.useFakeTimers();
  forget();
  server = fakeServer();
});
afterEach(async () => {
  await restoreBrowser();
  forget();
});

const remember = (options?: PersistOptions, rest: Partial<StartOptions> = {}): Isotherm =>
  begin({ key: "pk_test_1", use: [persist(options)], ...rest });

async function visit(
  options?: PersistOptions,
): Promise<{ visitor?: string | undefined; session?: string | undefined }> {
  const before = server.requests.length;
  const isotherm = remember(options);
  await isotherm.flush();
  isotherm.stop();
  return server.requests[before]?.envelope.batches[0] ?? {};
}

describe.each<PersistOptions>([{}, { in: "cookie" }])("persist(%o)", (options) => {
  test("knows the visitor again, and the session for half an hour of rest", async () => {
    const first = await visit(options);
    vi.setSystemTime(Date.now() + 1_700_000);
    const second = await visit(options);
    vi.setSystemTime(Date.now() + 1_900_000);
    const third = await visit(options);
    expect(first.visitor).toMatch(/^[0-9a-f-]{36}$/);
    expect([second.visitor, third.visitor]).toEqual([first.visitor, first.visitor]);
    expect(second.session).toBe(first.session);
    expect(third.session).not.toBe(first.session);
  });

  test("forgets the visitor after as many days as it was told", async () => {
    const first = await visit({ ...options, days: 2 });
    vi.setSystemTime(Date.now() + 2 * 86_400_000 + 1);
    expect((await visit({ ...options, days: 2 })).visitor).not.toBe(first.visitor);
  });

  test("takes a log-out for the end of the visitor", async () => {
    const isotherm = remember(options);
    isotherm.reset();
    isotherm.track("somebody else");
    await isotherm.flush();
    const [before, after] = server.accepted();
    expect(before?.visitor).toBeTruthy();
    expect(after?.visitor).toBeTruthy();
    expect(after?.visitor).not.toBe(before?.visitor);
    expect(after?.session).not.toBe(before?.session);
    expect((await visit(options)).visitor).toBe(after?.visitor);
  });

  test("leaves nothing on the device before consent, and nothing after a refusal", async () => {
    const isotherm = remember(options, { consent: "required" });
    await pass(10_000);
    expect([localStorage.length, document.cookie]).toEqual([0, ""]);
    isotherm.consent("granted");
    expect(localStorage.length + document.cookie.length).toBeGreaterThan(0);
    isotherm.consent("denied");
    expect([localStorage.length, document.cookie]).toEqual([0, ""]);
  });
});

test("persist() goes without where storage is blocked, and everything else goes on", async () => {
  vi.stubGlobal("localStorage", undefined);
  const isotherm = remember();
  isotherm.track("still");
  await isotherm.flush();
  expect(server.of("custom")).toHaveLength(1);
  expect(server.accepted()[0]?.visitor).toBeUndefined();
});
