import { expect, test } from "vitest";
import { migrate } from "../../../../src/store/sql/migrate.js";
import { theServer } from "../../../servers/databases.js";
import { opening } from "../../../servers/opening.js";

/** What a collector locks that tells the write lock by the name of its schema alone. */
const key = "1769172333, hashtext(current_schema())";

test("a collector of an older version and a newer one write in turns", async () => {
  const place = await opening();
  const [older, newer] = [place.connect(), place.connect()];
  newer.script("SET lock_timeout = 300");
  const locked = `BEGIN; SELECT pg_advisory_xact_lock(${key})`;
  const write = () => newer.write(() => undefined);
  const refused = expect.objectContaining({ code: "store_unavailable" });
  older.script(locked);
  expect(() => migrate(newer, theServer().database(place.url))).toThrow(refused);
  older.script("COMMIT");
  migrate(newer, theServer().database(place.url));
  older.script(locked);
  expect(write).toThrow(refused);
  older.script("COMMIT");
  write();
  const free = () => older.table(`SELECT CASE WHEN pg_try_advisory_xact_lock(${key}) THEN 'yes' ELSE 'no' END AS free`);
  expect(newer.write(free)).toEqual([["no"]]);
  expect(free()).toEqual([["yes"]]);
});
