import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { builtSdk, bundled } from "../../scripts/sdk-sizes.mjs";
import { median, takeTurns } from "../interleave.mjs";
import { dispatches, launch, visited } from "./browser.mjs";
import { contenders } from "./contenders.mjs";
import { targets } from "./page.mjs";
import { actions, duration } from "./visit.mjs";

const bench = fileURLToPath(new URL("..", import.meta.url));
/** How often each takes its turn: a visit takes half a minute. */
const rounds = { dispatches: 3, visits: 1 };

const version = (name) => JSON.parse(readFileSync(`${bench}node_modules/${name}/package.json`, "utf8")).version;
const whole = (number) => Math.round(number).toLocaleString("en");
const decimal = (number) => Math.max(0, number).toFixed(1);

/** Every press that the visitor made has to have been sent, once: else what is cheap would only be lossy. */
function checkOurs({ received }) {
  const batches = received.bodies.flatMap(({ body }) => JSON.parse(body).batches);
  const once = new Map(batches.map((batch) => [batch.id, batch]));
  const clicks = [...once.values()].flatMap(({ events }) => events).filter(({ type }) => type === "click").length;
  if (clicks !== actions.clicks) throw new Error(`${actions.clicks} presses were made, and ${clicks} were sent`);
}

function checkOther(name, { received }) {
  if (received.bytes === 0) throw new Error(`${name} has sent nothing: it was not measured at work`);
}

/** What each costs the page that it runs on. */
export async function pageCost({ print }) {
  if (!existsSync(`${builtSdk}/index.js`)) throw new Error("there is no build to measure: run `pnpm build`");
  const browser = await launch();
  const agent = browser.version();
  try {
    const code = {};
    for (const { name, source } of contenders) code[name] = source && (await bundled(source, bench));
    const turns = (count, work) =>
      takeTurns(
        Object.fromEntries(
          contenders.map(({ name }) => [
            name,
            async () => {
              const result = await work(name);
              print(`page-cost: ${name}`);
              return result;
            },
          ]),
        ),
        count,
      );
    const dispatched = await turns(rounds.dispatches, (name) => dispatches(browser, code[name]));
    const visits = await turns(rounds.visits, async (name) => {
      const result = await visited(browser, code[name]);
      if (name.startsWith("Isotherm")) checkOurs(result);
      else if (name !== "nothing") checkOther(name, result);
      return result;
    });
    const of = (all, name, pick) => median(all[name].map(pick));
    const net = (all, name, pick) => of(all, name, pick) - of(all, "nothing", pick);
    return {
      title: "Cost on the page",
      intro: `A page with ${targets} elements that can be pressed, in Chromium ${agent}; the real pointer moves ${whole(actions.moves)} times, presses ${actions.clicks} times and scrolls ${actions.scrolls} times within ${duration / 1_000} seconds. The goals of the design: below 2 µs a move, below 50 µs a click, below 50 ms of script in those seconds, no long task.`,
      columns: [
        "on the page",
        "records",
        "µs a move",
        "µs a click",
        "script ms",
        "task ms",
        "bytes sent",
        "requests",
        "long tasks",
      ],
      rows: contenders.map(({ name, package: from, contains = "" }) => [
        from ? `${name} ${version(from)}` : name,
        contains,
        ...(name === "nothing"
          ? ["–", "–", "–", "–", "–", "–"]
          : [
              decimal(net(dispatched, name, ({ move }) => move)),
              decimal(net(dispatched, name, ({ click }) => click)),
              whole(net(visits, name, ({ script }) => script)),
              whole(net(visits, name, ({ task }) => task)),
              whole(of(visits, name, ({ received }) => received.bytes)),
              whole(of(visits, name, ({ received }) => received.requests)),
            ]),
        `${of(visits, name, ({ longTasks }) => longTasks)}`,
      ]),
      notes: [
        "Microseconds are of ten thousand dispatches, a hundred at a time, by the median: what listeners take before the page goes on. All figures but bytes, requests and long tasks are net of the same page with nothing on it.",
        "A move is a pointermove and a mousemove, a click the five events that a browser makes of one.",
        "Script and task time are those of the page's process, during the visit. The replays of rrweb and clarity record more than ours: what the page looks like.",
        "Every press of ours was found in what was sent, once; the others' requests were answered as their own servers do.",
        `Dispatches are the median of ${rounds.dispatches} rounds, in which all take turns; each made ${rounds.visits} visit.`,
      ],
    };
  } finally {
    await browser.close();
  }
}
