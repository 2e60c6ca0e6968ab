import { batchOf, envelopeOf } from "@isotherm/protocol/fixtures";
import { seal, sealedJson } from "@isotherm/protocol/seal";
import { readEnvelope } from "@isotherm/protocol/validate";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { batch } from "../arbitrary/batch.js";

const request = { at: 1_700_000_000_000, group: "g", address: "203.0.113.7", agent: 'A "quoted" agent' };

/** What reading a body gives, each batch sealed and written both ways. */
async function bothWays(body: string) {
  const read = readEnvelope(body, { sealed: false });
  if (!read.ok) throw new Error(read.message);
  const good = read.batches.flatMap((check) => (check.ok ? [check] : []));
  const sealed = await seal(
    good.map(({ batch }) => batch),
    request,
    [],
  );
  return sealed.map((batch, index) => {
    const raw = good[index]?.raw;
    return { raw, copied: text(sealedJson(batch, raw)), written: text(sealedJson(batch)) };
  });
}

const text = (bytes: Uint8Array): string => new TextDecoder("utf-8", { fatal: true }).decode(bytes);

describe("sealedJson", () => {
  test("says the same, whether the batch is written again or its JSON copied, however that is spaced", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(batch, { minLength: 1, maxLength: 4 }),
        fc.constantFrom(0, 1, "\t"),
        async (some, space) => {
          for (const { raw, copied, written } of await bothWays(
            JSON.stringify(envelopeOf({ batches: some }), null, space),
          )) {
            expect(raw).toBeDefined();
            expect(JSON.parse(copied)).toEqual(JSON.parse(written));
            if (space === 0) expect(copied).toBe(written);
          }
        },
      ),
    );
  });

  test.each([
    ["an edge of its own, which is not believed", { edge: { at: 1, ip: "6.6.6.6" } }, false],
    ["a field that is called __proto__", JSON.parse('{"__proto__":{"edge":1}}'), true],
  ])("with %s", async (_, extra, isCopied) => {
    const own = JSON.stringify(batchOf()).replace(/}$/, `,${JSON.stringify(extra).slice(1)}`);
    const [made] = await bothWays(JSON.stringify(envelopeOf({ batches: [] })).replace("[]", `[${own}]`));
    expect(made?.raw !== undefined).toBe(isCopied);
    const { edge } = JSON.parse(made?.copied ?? "");
    expect(edge).toMatchObject({ at: request.at, ip: "203.0.113.0" });
    expect(JSON.parse(made?.copied ?? "")).toEqual(JSON.parse(made?.written ?? ""));
  });

  test("an edge whose name is spelt with an escape is not believed either", async () => {
    const own = JSON.stringify(batchOf()).replace(/}$/, ',"\\u0065dge":{"ip":"6.6.6.6"}}');
    const [made] = await bothWays(JSON.stringify(envelopeOf({ batches: [] })).replace("[]", `[${own}]`));
    expect(made?.raw).toBeUndefined();
    expect(made?.copied).not.toContain("6.6.6.6");
  });
});
