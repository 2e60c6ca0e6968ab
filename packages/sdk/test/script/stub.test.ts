import type { Envelope } from "@isotherm/protocol";
import { readEnvelope } from "@isotherm/protocol/validate";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { restoreBrowser } from "../support/browser.js";

interface Stub {
  q: [string, ...unknown[]][];
  track(name: string, props?: object): void;
  consent(choice: string): void;
}

const page = window as unknown as { isotherm?: Stub };
let sent: string[];

async function load(attributes: string): Promise<Stub> {
  document.body.innerHTML = `<i ${attributes}></i>`;
  vi.resetModules();
  await import("../../src/script/stub.js");
  if (!page.isotherm) throw new Error("no stub");
  return page.isotherm;
}

beforeEach(() => {
  delete page.isotherm;
  sent = [];
  vi.spyOn(navigator, "sendBeacon").mockImplementation((_to, body) => sent.push(String(body)) > 0);
});
afterEach(restoreBrowser);

describe("the stub", () => {
  test("keeps calls in their order for the script", async () => {
    const stub = await load("data-key='pk_x' data-to='/in'");
    stub.track("a", { b: 1 });
    stub.consent("granted");
    expect(stub.q).toEqual([
      ["track", "a", { b: 1 }],
      ["consent", "granted"],
    ]);
  });

  test("sends the page view and what was tracked when the visitor leaves before the script is there", async () => {
    const stub = await load("data-key='pk_x' data-to='/in'");
    stub.track("a", { b: 1 });
    window.dispatchEvent(new Event("pagehide"));
    window.dispatchEvent(new Event("pagehide"));
    const [first = ""] = sent;
    expect(sent).toHaveLength(1);
    expect(readEnvelope(first, { sealed: false })).toMatchObject({ ok: true, unknown: 0, batches: [{ ok: true }] });
    const [batch] = (JSON.parse(first) as Envelope).batches;
    expect(batch).toMatchObject({ seq: 0, last: true, events: [{ type: "page" }, { name: "a", props: { b: 1 } }] });
  });

  test("takes an element of the page for no script tag", async () => {
    const stub = await load("data-to='2500'");
    stub.track("a");
    document.body.innerHTML += "<b data-key='pk_x' data-to='/in'></b>";
    window.dispatchEvent(new Event("pagehide"));
    expect(sent).toHaveLength(1);
    expect(JSON.parse(sent[0] ?? "")).toMatchObject({ key: "pk_x" });
  });

  test.each([
    ["the script is there", "data-key='pk_x' data-to='/in'", (): void => void Object.assign(page, { isotherm: {} })],
    ["consent is required", "data-key='pk_x' data-to='/in' data-consent='required'", (): void => {}],
    ["consent is required in short", "data-key='pk_x' data-to='/in' data-consent", (): void => {}],
    ["it does not know where to", "data-key='pk_x'", (): void => {}],
    [
      "the visitor objects",
      "data-key='pk_x' data-to='/in'",
      (): void => void vi.spyOn(navigator, "doNotTrack", "get").mockReturnValue("1"),
    ],
  ])("sends nothing where %s", async (_name, attributes, act) => {
    const stub = await load(attributes);
    stub.track("a");
    act();
    window.dispatchEvent(new Event("pagehide"));
    expect(sent).toEqual([]);
  });
});
