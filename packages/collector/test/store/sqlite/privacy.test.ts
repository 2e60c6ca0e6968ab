import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { edgeOf, fixtures, fixtureTime, sealedBatchOf } from "@isotherm/protocol/fixtures";
import { describe, expect, test } from "vitest";
import { idBytes } from "../../../src/store/sql/insert-batch.js";
import { knownFields } from "../../../src/store/sql/known-fields.js";
import { packer, unpacker } from "../../../src/store/sql/pack.js";
import { interned } from "../../../src/store/sql/strings.js";
import { connect } from "../../../src/store/sqlite/connect.js";
import { valueWriter } from "../../../src/store/value/value-writer.js";
import { type Bench, bench } from "./bench.js";

const day = 86_400_000;
const evening = Date.UTC(2026, 10, 21, 22, 50);

/** Everything that lies on the disk. */
const onDisk = ({ file }: Bench): string =>
  readdirSync(dirname(file))
    .map((name) => readFileSync(join(dirname(file), name), "latin1"))
    .join("");

const saltOf = (from: number, secret: string) => ({
  ...{ group: "shop", day: new Date(from + day / 2).toISOString().slice(0, 10), from, until: from + day, secret },
});

/** A click at a time, by the visitor of its day. */
const clickAt = (at: number, visitor: string, previous?: string) =>
  sealedBatchOf({
    ...{ tab: `tab of ${visitor}`, at, events: [{ ...fixtures.page, t: 0 }] },
    edge: edgeOf({ at: at + 100, visitor, ...(previous !== undefined && { previous }) }),
  });

describe("a packed batch", () => {
  test("comes back as it was, without address and yesterday's hash", () => {
    const edge = edgeOf({ ip: "203.0.113.0", address: "203.0.113.77", previous: "yesterday" });
    const batch = sealedBatchOf({ edge, events: Object.values(fixtures) });
    const { ip, address, previous, ...kept } = edge;
    using store = bench();
    const connection = connect(store.file, "write");
    for (const kind of ["stored", "daily"] as const) {
      const name = edge.visitor as string;
      const packed = packer(connection).pack(batch, kind);
      const row = { batch_id: idBytes("shop", batch.id), batch_hash: kind === "daily" ? name : null, ...packed };
      expect(unpacker(connection)(row)).toEqual({ ...batch, edge: kept });
    }
  });

  test("does not repeat what its row says, and keeps an id that no row could give again", () => {
    const { ip, ...edge } = edgeOf({ visitor: "4673ffkKqadSiLYeosPolg" });
    const batch = sealedBatchOf({ edge });
    using store = bench();
    const connection = connect(store.file, "write");
    const packing = packer(connection);
    const whole = packing.pack(batch, "stored").data.length;
    expect(packing.pack(batch, "daily").data.length).toBe(whole - 16);
    for (const id of ["batch 1", batch.id.toUpperCase()]) {
      const row = { batch_id: idBytes("shop", id), batch_hash: null, ...packing.pack({ ...batch, id }, "stored") };
      expect(unpacker(connection)(row)).toEqual({ ...batch, id });
    }
  });

  test("of an older program names its id and its visitor itself", () => {
    const batch = sealedBatchOf({ events: [{ ...fixtures.page, t: 0 }] });
    using store = bench();
    const connection = connect(store.file, "write");
    const data = valueWriter(interned(connection, "words").number, knownFields).write(batch);
    const row = { batch_id: new Uint8Array(16), batch_hash: null, data, trails: null, bands: null };
    expect(unpacker(connection)(row)).toEqual(batch);
  });
});

describe("an address by which places are looked up", () => {
  test("is not on the disk", () => {
    const ip = "203.0.113.0";
    using store = bench();
    store.project([sealedBatchOf({ edge: edgeOf({ ip }) })]);
    expect(onDisk(store)).toContain("shop.example");
    expect(onDisk(store)).not.toContain(ip);
  });
});

describe("what is past keeping", () => {
  test("is not on the disk any more: a salt's bytes are overwritten", () => {
    using store = bench();
    const from = fixtureTime - day / 2;
    const secret = "c2VjcmV0LXRoYXQtbXVzdC1nby1hd2F5LWZvci1nb29k";
    store.write.salts([saltOf(from, secret), saltOf(from + day, "a25vd24=")], fixtureTime);
    expect(onDisk(store)).toContain(secret);
    expect(store.write.salts([], from + 2 * day)).toHaveLength(1);
    expect(onDisk(store)).not.toContain(secret);
  });

  test("takes along yesterday's hash, where it joined no visit", () => {
    using store = bench();
    store.write.salts([saltOf(evening - day / 2, "c2FsdA==")], evening);
    const joined = [clickAt(evening, "ada-monday"), clickAt(evening + 1_200_000, "ada-tuesday", "ada-monday")];
    const alone = [clickAt(evening + 1_200_000, "bob-tuesday", "bob-monday")];
    store.project([...joined, ...alone]);
    expect(onDisk(store)).toContain("bob-monday");
    const query = { site: "shop", range: { from: "2026-11-20", to: "2026-11-23" }, filters: [], now: evening };
    const visits = () =>
      store.read.sessions({ ...query, limit: 10, cursor: null }).sessions.map(({ visitor }) => visitor);
    expect(visits()).toEqual(["bob-tuesday", "ada-monday"]);
    store.write.salts([], evening + 3 * day);
    expect(onDisk(store)).not.toContain("bob-monday");
    // The visit that was joined stays one, also when it is derived again.
    store.project([clickAt(evening + 1_300_000, "ada-tuesday")]);
    expect(visits()).toEqual(["bob-tuesday", "ada-monday"]);
  });
});
