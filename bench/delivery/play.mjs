import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openSink } from "../../e2e/exactness/sinks/sink.ts";
import { setSinkStage } from "../../e2e/exactness/sinks/sink-stage.ts";
import { profileIn } from "../../e2e/exactness/visitor.ts";
import { openLine } from "../../e2e/kit/line.ts";

/** Milliseconds: posthog-js waits up to 60 s between its fifth attempt and its sixth. */
export const patience = 90_000;

/**
 * Plays a scenario once against an SDK, with a line, a backend and a visitor of its own, and resolves to what became of
 * the visitor's events. `inTurn` begins what the visitor does where the machine has room for it: on a busy one a page may be
 * slower than what is done to it.
 *
 * @param {import("../../e2e/exactness/engine.ts").Engine} engine
 * @param {import("../../e2e/exactness/scenario.ts").Scenario} scenario
 * @param {{ code: string, backend: import("../../e2e/exactness/sinks/backend.ts").Backend }} contender
 * @param {{ round?: number, recorded?: (asked: import("../../e2e/exactness/sinks/backend.ts").Asked) => void, inTurn?: (acts: () => Promise<void>) => Promise<void> }} options
 */
export async function play(
  engine,
  scenario,
  { code, backend },
  { round = 0, recorded, inTurn = (acts) => acts() } = {},
) {
  const name = scenario.name.toLowerCase().replaceAll(/\W+/g, "-");
  const folder = mkdtempSync(join(tmpdir(), "isotherm-bench-"));
  const line = await openLine();
  const sink = await openSink(backend, code, recorded);
  line.lead(sink.port, backend.intakes);
  const profile = scenario.needs?.includes("lasting profile") ? profileIn(folder, name) : undefined;
  const stage = setSinkStage({ engine, line, sink, name, profile, patience });
  try {
    try {
      await inTurn(() => scenario.act(stage, round));
      line.mend();
      await scenario.later?.(stage);
      await stage.settle();
    } finally {
      await stage.end();
    }
    if (sink.refused[0]) throw new Error(`the sink could not read what was posted: ${sink.refused[0]}`);
    return stage.outcome();
  } finally {
    await line.close();
    await sink.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
