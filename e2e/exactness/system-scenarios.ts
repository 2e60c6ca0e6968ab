import { full } from "../kit/effort.js";
import { load } from "../kit/load.js";
import { until } from "../kit/until.js";
import { hasStruck, lasts, produceFor, type Scenario } from "./scenario.js";
import type { SystemStage } from "./stage.js";
import { add, batchNamed } from "./tally.js";

/** What becomes of events behind the page, where relay and collector are killed, stopped and cut off. */
export const systemScenarios: readonly Scenario<SystemStage>[] = [
  {
    name: "relay killed under load",
    async act({ open, lines, system, produced }) {
      const tab = await (await open()).tab();
      const { url } = lines.relay;
      const visitors = load({ url: `${url}${system.intake}`, key: system.publicKey, origin: url });
      const producing = produceFor(lasts(10_000, 2_000), tab);
      for (let kills = 0; kills < (full ? 5 : 2); kills++) {
        await visitors.goesOn(20);
        await system.process("relay").stop("SIGKILL");
        await system.start("relay");
      }
      await Promise.all([producing, visitors.finish()]);
      for (const { id } of visitors.acknowledged) add(produced, batchNamed(id));
      await tab.close();
    },
  },
  {
    name: "collector stopped for 10 s",
    async act({ open, system, ledger }) {
      const tab = await (await open()).tab();
      await system.process("collector").stop();
      await produceFor(lasts(10_000, 1_500), tab);
      await tab.close();
      await until("the relay to hold what the collector cannot take", async () => {
        const { targets } = await ledger();
        return Object.values(targets).every(({ waiting }) => waiting > 0) || null;
      });
      await system.start("collector");
    },
  },
  {
    name: "answers lost behind the relay",
    async act({ open, lines }) {
      const tab = await (await open()).tab();
      lines.collector.loseAnswers();
      await tab.track(20);
      await tab.close();
      await hasStruck(lines.collector);
      lines.collector.mend();
    },
  },
];
