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
/** Plays at a time: most of each is waiting. */
const most = 12;

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
  try {
    const results = await atOnce(
      plays.map(({ scenario, contender, round }) => async () => {
        const played = { ...contender, code: code.get(contender.name) };
        const outcome = await play(chromiumEngine, scenario, played, { round });
        const { produced, lost, twice, repeats } = outcome;
        print(
          `delivery: ${scenario.name}, ${contender.name}: ${lost.length} of ${produced} lost, ${twice} twice, ${repeats} repeats${lost[0] ? `: ${inBrief(lost)}` : ""}`,
        );
        const result = { scenario, contender, outcome };
        check(result);
        return result;
      }),
      most,
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
    intro: `Each scenario ${rounds} times, added up: events of the visitor's own that were produced and never stored, and copies that were stored beyond the first. In brackets how many copies arrived, where the backend knows some of them again; and of an abrupt end, how long before it the oldest of the lost was tracked.`,
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
  const window = Math.max(...results.map(({ outcome }) => outcome.window));
  const one = new Set(results.map(({ scenario }) => scenario)).size === 1;
  return [
    `${lost} of ${produced}${one && window > 0 ? ` (${Math.round(window)} ms)` : ""}`,
    `${twice}${repeats === twice ? "" : ` (${repeats})`}`,
  ];
}

const notes = () => [
  ...contenders.map(({ name, setup }) => `${name}: \`${setup}\`.`),
  "Every SDK runs on the same pages and sends to the same origin through the same line, which is cut, stalls, answers 500 or loses answers; behind it a sink reads its format and answers as its own backend does. In the row `normal` nothing goes wrong and the visitor stays: were anything missing there, the sink would not count right, and this table would not have been written.",
  "Our collector knows a batch again by its id, and drops it; PostHog's store merges copies with the same `uuid` in time, which PostHog [does not guarantee](https://posthog.com/docs/data/ingestion-warnings); here it is counted as if it always did. heat-collector gives every event an id of its own, and keeps all copies.",
  "heat-sdk keeps its queue in memory unless it is told otherwise, and posthog-js drops what comes faster than ten events a second: both are set here to what loses less.",
  `While something is missing the visitor stays for ${patience / 1_000} seconds, once the fault is over or on the next visit; nobody calls \`flush()\`. Row by row, what the visitor does is in [scenarios.ts](../e2e/exactness/scenarios.ts).`,
];
