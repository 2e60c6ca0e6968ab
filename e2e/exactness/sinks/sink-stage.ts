import { rmSync } from "node:fs";
import type { Line } from "../../kit/line.js";
import { until } from "../../kit/until.js";
import type { Engine } from "../engine.js";
import type { Stage } from "../scenario.js";
import { type Counts, compare } from "../tally.js";
import { visitorOf } from "../visitor.js";
import type { Sink } from "./sink.js";

/** What became of the visitor's own events. */
export interface Outcome {
  readonly produced: number;
  /** Names of those that never arrived. */
  readonly lost: readonly string[];
  /** Copies beyond the first: of those that the backend stores, and of all that arrived. */
  readonly twice: number;
  readonly repeats: number;
  /** Of an abrupt end: how many milliseconds before it the oldest of the lost was tracked. */
  readonly window: number;
}

/** Where a scenario is played before a sink, which only counts: what is lost there stays lost, and nothing fails. */
export interface SinkStage extends Stage {
  /** Stays until everything is stored, or nothing more can be expected. */
  settle(): Promise<void>;
  /** Ends what is still open, and removes the profile. */
  end(): Promise<void>;
  /** Compares what was produced with what has arrived by now. */
  outcome(): Outcome;
}

/** What one play is made of. */
export interface SinkStageOptions {
  readonly engine: Engine;
  /** Leads to the sink. */
  readonly line: Line;
  readonly sink: Sink;
  /** What the visitor goes by in paths and events. */
  readonly name: string;
  /** Where the browser keeps its storage, when it has to outlive it. */
  readonly profile?: string;
  /** Milliseconds for which a visitor stays on the page while something has not arrived yet. */
  readonly patience: number;
}

/** Milliseconds after the last page has gone: what was sent by then has arrived, also on a busy machine. */
const lastWord = 10_000;
/** Milliseconds without another copy, after which none is on its way. */
const quiet = 2_000;
/** Milliseconds for a fault to strike: an SDK may send nothing for a while. */
const strike = 10_000;

/** Sets a stage for a scenario. */
export function setSinkStage({ engine, line, sink, name, profile, patience }: SinkStageOptions): SinkStage {
  const visitor = visitorOf(engine, line, name, { profile });
  const { produced, open } = visitor;
  const events = (all: Counts): Counts => new Map([...all].filter(([event]) => event.startsWith(`${name} `)));
  const repeats = (): number => compare(events(produced), events(sink.copies)).twice.length;
  const missing = (all: Counts): readonly string[] => compare(events(all), events(sink.stored)).lost;

  /** Waits for `done`, and no longer than the visitor has patience, or than something can still be on its way. */
  const patiently = async (what: string, done: () => boolean, most = patience): Promise<void> => {
    const begun = Date.now();
    const over = (): boolean => Date.now() - begun > (visitor.tabs() > 0 ? most : Math.min(most, lastWord));
    await until(what, async () => done() || over() || null, most + 60_000);
  };
  /** Waits until nothing more comes, as what is sent again while the last page ends. */
  const silence = async (): Promise<void> => {
    let last = { repeats: repeats(), at: Date.now() };
    await until("no further copy to come", async () => {
      if (repeats() !== last.repeats) last = { repeats: repeats(), at: Date.now() };
      return Date.now() - last.at > quiet || null;
    });
  };
  const arrived = (all: Counts): Promise<void> => patiently("everything to arrive", () => missing(all).length === 0);

  return {
    line,
    intakes: sink.backend.intakes,
    produced,
    open,
    struck: () => patiently("the fault to strike", () => line.struck() > 0, strike),
    // No visitor asks an SDK to hurry.
    blocked: async () => undefined,
    emptied: () => arrived(produced),
    resent: async () => repeats(),
    sentAgain: (before) => patiently("something to come again", () => repeats() > before),
    arrived,
    settle: () => arrived(produced),
    async end() {
      await visitor.leave();
      await arrived(produced);
      await silence();
      if (profile) rmSync(profile, { recursive: true, force: true });
    },
    outcome() {
      const lost = missing(produced);
      return {
        produced: events(produced).size,
        lost,
        twice: compare(events(produced), events(sink.stored)).twice.length,
        repeats: repeats(),
        window: Number.isFinite(visitor.ended()) ? Math.max(0, ...lost.map(visitor.age)) : 0,
      };
    },
  };
}
