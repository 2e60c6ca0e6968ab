import { pace } from "./pace.js";

/** Work that shares one write with its neighbours: `prepare` may throw, which concerns nobody else. */
export interface SharedWork<Stage, Result> {
  prepare(stage: Stage): Result;
  /** Bytes it will write, roughly. What has none is tried once more by itself when a group with others fails. */
  readonly weight: number;
}

/** A queue that does one thing at a time; shared work that waits is done as one group. */
export interface WorkQueue<Stage> {
  share<Result>(work: SharedWork<Stage, Result>): Promise<Result>;
  alone<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Resolves once everything that was asked for is done; from then on nobody waits for others. */
  drained(): Promise<void>;
}

/** How a group is done: begin it, then write it. */
export interface GroupWork<Stage> {
  begin(): Promise<Stage>;
  /** Resolves once all of it is durable; rejects when nothing of it counts. */
  finish(stage: Stage): Promise<void>;
  /** Milliseconds from one group to the next while several callers come at a time. */
  readonly gather: number;
}

interface Job<Stage> {
  readonly weight: number;
  /** Runs by itself when there is no `prepare`. */
  readonly prepare?: (stage: Stage) => unknown;
  readonly run?: () => Promise<unknown>;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

const GROUP_BYTES = 4 * 1024 * 1024;

/**
 * Group commit: while one group is being written, the next one gathers. Under load many callers so share one write and
 * one fsync, and a lone caller waits for nobody.
 */
export function workQueue<Stage>({ begin, finish, gather }: GroupWork<Stage>): WorkQueue<Stage> {
  const waiting: Job<Stage>[] = [];
  const paced = pace(gather);
  let running: Promise<void> | undefined;

  function takeGroup(): Job<Stage>[] {
    let weight = 0;
    let count = 0;
    for (const job of waiting) {
      if (job.prepare === undefined || (count > 0 && weight + job.weight > GROUP_BYTES)) break;
      weight += job.weight;
      count += 1;
    }
    return waiting.splice(0, count);
  }

  async function runGroup(group: readonly Job<Stage>[]): Promise<void> {
    const stage = await begin().catch((error) => {
      for (const job of group) job.reject(error);
    });
    if (stage === undefined) return;
    const prepared: { job: Job<Stage>; result: unknown }[] = [];
    for (const job of group) {
      try {
        prepared.push({ job, result: job.prepare?.(stage) });
      } catch (error) {
        job.reject(error);
      }
    }
    if (prepared.length === 0) return;
    try {
      await finish(stage);
    } catch (error) {
      const light = prepared.map(({ job }) => job).filter(({ weight }) => weight === 0);
      const retry = light.length < prepared.length ? light : [];
      for (const { job } of prepared) if (!retry.includes(job)) job.reject(error);
      if (retry.length > 0) await runGroup(retry);
      return;
    }
    for (const { job, result } of prepared) job.resolve(result);
  }

  async function work(): Promise<void> {
    // Callers of this turn of the event loop come into the first group together.
    await undefined;
    while (waiting.length > 0) {
      // What runs by itself does not wait, nor does what waits before it.
      if (waiting.every(({ prepare }) => prepare)) await paced.next(() => waiting.length);
      const group = takeGroup();
      if (group.length > 0) {
        paced.began(group.length);
        await runGroup(group);
        continue;
      }
      const job = waiting.shift();
      await job?.run?.().then(job.resolve, job.reject);
    }
    running = undefined;
  }

  function enqueue(job: Job<Stage>): void {
    waiting.push(job);
    paced.came(waiting.length, job.prepare === undefined);
    running ??= work();
  }

  return {
    share: ({ prepare, weight }) =>
      new Promise((resolve, reject) => {
        enqueue({ weight, prepare, resolve: resolve as (result: unknown) => void, reject });
      }),
    alone: (run) =>
      new Promise((resolve, reject) => {
        enqueue({ weight: 0, run, resolve: resolve as (result: unknown) => void, reject });
      }),
    async drained() {
      paced.end();
      while (running !== undefined) await running;
    },
  };
}
