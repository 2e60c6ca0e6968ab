import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { register } from "tsx/esm/api";
import { builtSdk, bundled } from "../../scripts/sdk-sizes.mjs";
import { atOnce } from "./at-once.mjs";

// Faults last as long as the design says.
process.env.TEST_EFFORT = "full";
// The rig is TypeScript.
register();
const { chromiumEngine } = await import("../../e2e/exactness/chromium.ts");
const { scenarios } = await import("../../e2e/exactness/scenarios.ts");
const { inBrief } = await import("../../e2e/exactness/tally.ts");
const { contenders } = await import("./contenders.mjs");
const { patience, play } = await import("./play.mjs");

const bench = fileURLToPath(new URL("..", import.meta.url));
/** How often each scenario is played against each SDK. */
const rounds = 3;
/** Visitors at a time who do something, and all of them: most wait for what has not arrived yet. */
const most = { acting: contenders.length, there: 20 };
/** How often a play is begun before it counts as impossible, as where a browser does not start on a busy machine. */
const attempts = 3;

const version = (name) => JSON.parse(readFileSync(`${bench}node_modules/${name}/package.json`, "utf8")).version;

/** A sink that does not count what its SDK posts would make a good SDK look bad: where nothing goes wrong, nothing may be missing. */
function check({ scenario, contender, outcome }) {
  if (scenario.name === "normal" && outcome.lost.length > 0)
    throw new Error(
      `in the normal scenario ${contender.name} lost ${inBrief(outcome.lost)}: its sink does not count what it posts, so that no figure here would be true`,
    );
}

/** Every play there is, in the order in which they begin: contenders take turns, and another one begins in each round. */
const plays = Array.from({ length: rounds }, (_, round) => {
  const turned = contenders.map((_, i) => contenders[(i + round) % contenders.length]);
  return scenarios.flatMap((scenario) => turned.map((contender) => ({ scenario, contender, round })));
}).flat();

/** Plays the delivery scenarios against every contender in Chromium, and counts what arrives. */
export async function delivery({ print }) {
  if (!existsSync(`${builtSdk}/index.js`)) throw new Error("there is no build to measure: run `pnpm build`");
  const code = new Map();
  for (const { name, source, setup } of contenders) code.set(name, await bundled(source(setup), bench));
  const there = atOnce(most.there);
  const inTurn = atOnce(most.acting);
  let over = false;

  const played = async ({ scenario, contender, round }) => {
    const about = `delivery: ${scenario.name}, ${contender.name}`;
    for (let attempt = 1; !over; attempt++) {
      try {
        const outcome = await play(
          chromiumEngine,
          scenario,
          { ...contender, code: code.get(contender.name) },
          { round, inTurn },
        );
        const { produced, lost, twice, repeats } = outcome;
        const names = lost[0] ? ` (${inBrief(lost)})` : "";
        print(`${about}: ${lost.length} of ${produced} lost${names}, ${twice} twice, ${repeats} repeats`);
        return { scenario, contender, outcome };
      } catch (error) {
        print(`${about}: not played to its end: ${error}`);
        if (attempt === attempts) throw error;
      }
    }
  };

  try {
    const results = await Promise.all(
      plays.map((one) =>
        there(async () => {
          const result = await played(one);
          if (result) check(result);
          return result;
        }).catch((error) => {
          over = true;
          throw error;
        }),
      ),
    );
    return section(results);
  } finally {
    await chromiumEngine.close();
  }
}

function section(results) {
  const of = (contender, scenario) =>
    results.filter((one) => one.contender === contender && (!scenario || one.scenario === scenario));
  const cells = (scenario) => contenders.flatMap((contender) => read(of(contender, scenario)));
  const titles = contenders.map(({ name, package: from }) => (from ? `${name} ${version(from)}` : name));
  return {
    block: { page: "docs/delivery.md", name: "comparison" },
    title: "Delivery",
    intro: `Each scenario ${rounds} times, added up (a loss time by time): events of the visitor's own that were produced and never stored, and copies that were stored beyond the first. In brackets how many copies arrived, where the backend knows some of them again; and of an abrupt end, how long before it the oldest of the lost was tracked.`,
    columns: ["scenario", ...titles.flatMap((title) => [`${title}: lost`, "twice"])],
    rows: [...scenarios.map((scenario) => [scenario.name, ...cells(scenario)]), ["all", ...cells()]],
    notes: notes(),
  };
}

function read(results) {
  const sum = (pick) => results.reduce((all, { outcome }) => all + pick(outcome), 0);
  const [produced, lost, twice, repeats] = [
    sum((outcome) => outcome.produced),
    sum((outcome) => outcome.lost.length),
    sum((outcome) => outcome.twice),
    sum((outcome) => outcome.repeats),
  ];
  const each = results.map(({ outcome }) => outcome.lost.length);
  const window = Math.max(...results.map(({ outcome }) => outcome.window));
  const one = new Set(results.map(({ scenario }) => scenario)).size === 1;
  return [
    `${one && lost > 0 ? each.join(" + ") : lost} of ${produced}${one && window > 0 ? ` (${Math.round(window)} ms)` : ""}`,
    `${twice}${repeats === twice ? "" : ` (${repeats})`}`,
  ];
}

const notes = () => [
  ...contenders.map(({ name, setup }) => `${name}: \`${setup}\`.`),
  "Every SDK runs on the same pages and sends to the same origin through the same line, which is cut, stalls, answers 500 or loses answers; behind it a sink reads its format and answers as its own backend does. In the row `normal` nothing goes wrong and the visitor stays: were anything missing there, the sink would not count right, and this table would not have been written.",
  "Our collector knows a batch again by its id, and drops it; PostHog's store merges copies with the same `uuid` in time, which PostHog [does not guarantee](https://posthog.com/docs/data/ingestion-warnings); here it is counted as if it always did. heat-collector gives every event an id of its own, and keeps all copies.",
  "The kilobyte of an event is one letter a thousand times, which posthog-js compresses to next to nothing; the others send it as it is.",
  "heat-sdk keeps its queue in memory unless it is told otherwise, and posthog-js drops what comes faster than ten events a second: both are set here to what loses less.",
  "Chromium gives a closing page [half a second](https://chromium.googlesource.com/chromium/src/+/main/content/browser/renderer_host/render_frame_host_impl.cc) for its last words. On a busy machine they may take longer, more so where they are compressed first: what is lost in one play of three and not in the others may have been lost there.",
  `While something is missing the visitor stays for ${patience / 1_000} seconds, once the fault is over or on the next visit; nobody calls \`flush()\`. Row by row, what the visitor does is in [scenarios.ts](../e2e/exactness/scenarios.ts).`,
];
