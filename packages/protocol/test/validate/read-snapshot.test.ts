import { snapshotHeadOf, snapshotTreeOf, snapshotUploadOf } from "@isotherm/protocol/fixtures";
import { faultInTree, readSnapshotHead, snapshotRef } from "@isotherm/protocol/validate";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe("an upload of a page snapshot", () => {
  test("is read by its first line, and its tree left as it came", () => {
    const read = readSnapshotHead(bytes(snapshotUploadOf()));
    expect(read).toMatchObject({ ok: true, head: snapshotHeadOf() });
    expect(read.ok && new TextDecoder().decode(read.tree)).toBe(
      JSON.stringify(snapshotTreeOf({ type: 3, id: 5, textContent: "Prices" })),
    );
  });

  test.each([
    ["no line", JSON.stringify(snapshotHeadOf()), "the body must begin with a line of JSON"],
    ["a line without an end that is in sight", `"${" ".repeat(9_000)}"\n{}`, "the body must begin with a line of JSON"],
    ["no JSON", "{\n{}", "the first line must be JSON"],
    ["another version", snapshotUploadOf({ v: 2 as 1 }), "/v must be 1"],
    ["half a pixel", snapshotUploadOf({ vw: 0.5 }), "/vw must be integer"],
    ["no layout", snapshotUploadOf({ layout: "" }), "/layout must NOT have fewer than 1 characters"],
  ])("with %s is refused, and says why", (_, body, message) => {
    const read = readSnapshotHead(bytes(body));
    expect(read).toMatchObject({ ok: false, message: expect.stringContaining(message) });
  });

  test("is refused or read, whatever the bytes", () => {
    const body = fc.oneof(
      fc.uint8Array(),
      fc.string().map(bytes),
      fc.json().map((json) => bytes(`${json}\n${json}`)),
    );
    fc.assert(fc.property(body, (given) => typeof readSnapshotHead(given).ok === "boolean"));
  });

  test("goes by a UUID in lower case", () => {
    expect("01940000-0000-7000-8000-00000000000a").toMatch(snapshotRef);
    for (const other of [
      "",
      "x",
      "01940000-0000-7000-8000-00000000000A",
      "01940000-0000-7000-8000-00000000000a/..",
      "../secrets",
    ])
      expect(other).not.toMatch(snapshotRef);
  });
});

describe("a snapshot's tree", () => {
  const attributes = (given: { readonly [name: string]: string }) =>
    bytes(JSON.stringify(snapshotTreeOf({ type: 2, id: 9, tagName: "a", attributes: given, childNodes: [] })));

  test.each([
    { href: "https://shop.example/" },
    { href: "#part" },
    { class: "javascript:", "data-on": "x", title: "data:" },
    { srcset: "https://shop.example/a,b.png 1x, http://shop.example/c.png 2x" },
    { rr_width: "20px" },
  ])("may hold %j", (given) => {
    expect(faultInTree(attributes(given))).toBeUndefined();
  });

  test.each([
    { href: "JavaScript:alert(1)" },
    { href: "\tjavascript:alert(1)" },
    { "xlink:href": "data:image/svg+xml,x" },
    { action: "vbscript:x" },
    { formaction: "blob:x" },
    { srcdoc: "<script>" },
    { ONERROR: "x" },
    { rr_dataURL: "https://stranger.example/" },
  ])("may not hold %j", (given) => {
    expect(faultInTree(attributes(given))).toMatch(/^holds/);
  });

  test("is refused at once where it is deeper than any page", () => {
    expect(faultInTree(bytes("[".repeat(8_000_000)))).toMatch(/^nests deeper/);
  });

  test("is judged without an exception, whatever it is", () => {
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array(), fc.json().map(bytes)), (given) => {
        const fault = faultInTree(given);
        return typeof fault === "string";
      }),
    );
  });
});
