import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DeliveryAnswer } from "@isotherm/protocol";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { full } from "../kit/effort.js";
import { openLine } from "../kit/line.js";
import { scriptTag } from "../kit/script-tag.js";
import { type Site, testSite } from "../kit/site.js";
import { startSystem } from "../kit/system.js";
import { until } from "../kit/until.js";
import type { Engine } from "./engine.js";
import { keep } from "./results.js";
import type { Scenario } from "./scenario.js";
import { careless, type Rig, type SystemStage, setStage } from "./stage.js";
import { type Cell, table } from "./table.js";

/** One scenario as it is played once. */
interface Play {
  readonly name: string;
  readonly scenario: Scenario<SystemStage>;
  readonly time: number;
  stage?: SystemStage;
}

/** Plays scenarios in an engine, each as often as it says, and counts what became of all that was produced. */
export function exactness(engine: Engine, scenarios: readonly Scenario<SystemStage>[]): void {
  const folder = mkdtempSync(join(tmpdir(), "isotherm-e2e-"));
  const cells: Cell[] = [];
  let site: Site;
  let rig: Rig;
  /** The snippet as users get it, and one that freezes batches every second. */
  let tags: { readonly own: string; readonly hurried: string };

  const plays: Play[] = [];
  for (const scenario of scenarios) {
    const reason = (scenario.needs ?? []).map((ability) => engine.lacks[ability]).find(Boolean);
    if (reason) cells.push({ scenario: scenario.name, reason });
    else {
      const { times = 1 } = scenario;
      for (let time = 0; time < times; time++) {
        const name = `${scenario.name}${times > 1 ? `, ${time + 1} of ${times}` : ""} in ${engine.name}`;
        plays.push({ name, scenario, time });
      }
    }
  }

  beforeAll(async () => {
    site = await testSite();
    const lines = { relay: await openLine(), collector: await openLine() };
    const system = await startSystem(folder, { behind: site.url, lines });
    rig = { system, lines };
    tags = { own: await scriptTag(system), hurried: await scriptTag(system, 1_000) };
  });

  afterAll(async () => {
    const inOrder = scenarios.flatMap((scenario) => {
      const found = cells.filter((cell) => cell.scenario === scenario.name);
      return found[0] ? found : { scenario: scenario.name, reason: "it was not played to its end" };
    });
    const column = { engine: engine.name, version: await engine.version(), remark: engine.remark, cells: inOrder };
    for (const { stage } of plays) await stage?.end();
    await engine.close();
    await rig?.system.stop();
    await rig?.lines.relay.close();
    await rig?.lines.collector.close();
    await site?.close();
    rmSync(folder, { recursive: true, force: true });
    console.log(table(column));
    if (full || process.env.TEST_RESULTS === "keep") keep(column);
  });

  /** The script tag that a scenario's pages carry. */
  const tagFor = ({ unhurried, inMemory }: Scenario<SystemStage>): string => {
    const tag = full || unhurried ? tags.own : tags.hurried;
    return inMemory ? tag.replace(" offline", "") : tag;
  };

  /** What a scenario goes by in addresses and names. */
  const slug = ({ scenario, time }: Play): string => `${scenario.name} ${time}`.toLowerCase().replaceAll(/\W+/g, "-");

  async function settle({ scenario, stage }: Play): Promise<void> {
    if (!stage) throw new Error("it was never played");
    try {
      await stage.settle();
      // The site's, and others may be playing beside.
      await until("the collector to miss nothing", async () => {
        const delivery = await rig.system.ask<DeliveryAnswer>(`/sites/${rig.system.site}/delivery?period=day`);
        expect(delivery).toMatchObject({ pending: 0, lost: 0, dropped: {}, gone: {} });
        return true;
      });
    } finally {
      const excuse = careless(engine, scenario);
      cells.push({ scenario: scenario.name, ...stage.compare(), window: stage.window(), excuse });
      await stage.end();
    }
  }

  describe("a visitor does", () => {
    // What one scenario broke and could not repair is not the next one's fault.
    afterEach(async () => {
      rig.lines.relay.mend();
      rig.lines.collector.mend();
      for (const part of ["collector", "relay"] as const)
        if (rig.system.process(part).hasEnded()) await rig.system.start(part);
    });

    for (const play of plays) {
      test(play.name, async () => {
        const stage = setStage(rig, engine, slug(play), play.scenario);
        play.stage = stage;
        site.embed(tagFor(play.scenario));
        await play.scenario.act(stage, play.time);
        if (!play.scenario.later) await settle(play);
      });
    }
  });

  const returning = plays.filter(({ scenario }) => scenario.later);
  // A suite without a test counts as a failure.
  if (returning[0])
    describe("the next visit brings what was left", () => {
      beforeAll(() => site.embed(full ? tags.own : tags.hurried));

      for (const play of returning) {
        test.concurrent(play.name, async () => {
          if (!play.stage) throw new Error("it was never played");
          await play.scenario.later?.(play.stage);
          await settle(play);
        });
      }
    });

  test("at the very end nothing has come twice after all", () => {
    expect(plays.flatMap(({ stage }) => stage?.compare().twice ?? [])).toEqual([]);
  });
}
