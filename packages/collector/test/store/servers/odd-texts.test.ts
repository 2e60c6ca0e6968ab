import { fixtureTime } from "@isotherm/protocol/fixtures";
import { describe, expect, onTestFinished, test } from "vitest";
import { readCore, writeCore } from "../../../src/store/sql/core.js";
import { databaseName, theServer } from "../../servers/databases.js";
import { drain, recordsOf } from "../bench.js";
import { siteOf } from "../site.js";
import { visitOf } from "../visit.js";

const range = { from: "2026-11-21", to: "2026-11-21" };

/** Texts that databases take for one another, cut, or refuse. */
const texts = [
  ...["a", "A", "a ", "a  ", " a", "ä", "a\u0308", "ss", "ß", "ı", "i", "\u{1F600}", "\u{1F601}", "ﬀ", "ff"],
  ...["it's", 'say "no"', "back\\slash", "back\\", "percent%", "under_score", "what? :n $1 ??", "line\nbreak", "\ttab"],
  ...["\u200b", "\u00ad", "-- not a comment", "/* nor */", "x".repeat(128), `${"x".repeat(127)}y`],
];

const kind = theServer();

describe(`odd texts (${kind.name})`, () => {
  test("stay what they are, each apart from the others", async () => {
    const name = databaseName();
    const database = kind.database(await kind.create(name));
    const [write, read] = [writeCore(database), readCore(database)];
    onTestFinished(async () => {
      write.close();
      read.close();
      await kind.drop(name);
    });
    write.migrate();
    write.putSite(siteOf());
    // Each is a visitor's id, a user's and an event's name.
    const batches = texts.flatMap((text, n) =>
      visitOf({
        ...{ visitor: text, stored: true, user: text, at: fixtureTime + n },
        events: [
          { type: "goal", t: 1, name: text, value: n % 2 === 0 ? -0 : 1.7976931348623157e308 },
          { type: "goal", t: 2, name: text, value: 5e-324 },
        ],
      }),
    );
    const run = { journal: "one", from: 0, to: batches.length };
    expect(drain(write.project(run, recordsOf(batches)))).toMatchObject({ stored: texts.length });
    const query = { site: "shop", range, now: fixtureTime };
    const asked = { ...query, dimension: "event", search: "", sort: "visits", limit: 100, cursor: null } as const;
    const { rows } = read.breakdown({ ...asked, filters: [] });
    expect(rows.map(({ value }) => value).toSorted()).toEqual(texts.toSorted());
    expect(rows.every(({ visits }) => visits === 1)).toBe(true);
    for (const text of texts) {
      const { numbers } = read.summary({ ...query, filters: [["is", "event", [text]]] });
      expect(numbers, JSON.stringify(text)).toMatchObject({ visits: 1, visitors: 1 });
    }
  });
});
