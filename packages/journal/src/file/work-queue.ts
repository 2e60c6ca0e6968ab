import { JournalError } from "../journal-error.js";
import { pace } from "./pace.js";
import { queueBounds } from "./queue-bounds.js";

/** Work that shares one write with its neighbours: `prepare` may throw, which concerns nobody else. */
export interface SharedWork<Stage, Result> {
  prepare(stage: Stage): Result;
  /** Bytes it will write, roughly. What has none is tried once more by itself when a group with others fails. */
  readonly weight: number;
}

/** A queue that does one thing at a time; shared work that waits is done as one group. */
export interface WorkQueue<Stage> {
  /**
   * Rejects with `journal_unwritable` at once while too much waits, and once it has waited for too long. What is under way
   * by then, and has a weight, may be done all the same.
   */
  share<Result>(work: SharedWork<Stage, Result>): Promise<Result>;
  alone<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Resolves once everything that was asked for is done; from then on nobody waits for others. */
  drained(): Promise<void>;
  /** Why shared work is refused; null when it is not. */
  readonly refusing: string | null;
}

/** How a group is done: begin it, then write it. */
export interface GroupWork<Stage> {
  begin(): Promise<Stage>;
  /** Resolves once all of it is durable; rejects when nothing of it counts. */
  finish(stage: Stage): Promise<void>;
  /** Milliseconds from one group to the next while several callers come at a time. */
  readonly gather: number;
  /** Bytes of shared work that may wait. */
  readonly queueBytes: number;
  /** Milliseconds that shared work may wait. */
  readonly queueAge: number;
}

interface Job<Stage> {
  readonly weight: number;
  /** When it came, by `performance.now()`. */
  readonly since: number;
  /** It was told no, though it may be under way. */
  refused: boolean;
  /** Runs by itself when there is no `prepare`. */
  readonly prepare: ((stage: Stage) => unknown) | undefined;
  readonly run: (() => Promise<unknown>) | undefined;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

const GROUP_BYTES = 4 * 1024 * 1024;

/**
 * Group commit: while one group is being written, the next one gathers. Under load many callers so share one write and
 * one fsync, and a lone caller waits for nobody.
 */
export function workQueue<Stage>({ begin, finish, gather, queueBytes, queueAge }: GroupWork<Stage>): WorkQueue<Stage> {
  let waiting: Job<Stage>[] = [];
  let underWay: readonly Job<Stage>[] = [];
  const paced = pace(gather);
  let running: Promise<void> | undefined;
  const bounds = queueBounds({ queueBytes, queueAge, expire });

  function expire(since: number, reason: string): { refused: number; next: number | undefined } {
    // Whoever only counts, and is told no, counts again: what is under way without records has to wait for its answer.
    const asking = [...underWay.filter(({ weight }) => weight > 0), ...waiting].filter(
      (job) => job.prepare !== undefined && !job.refused,
    );
    const overdue = asking.filter((job) => job.since <= since);
    for (const job of overdue) {
      job.refused = true;
      job.reject(refusal(reason));
    }
    bounds.release(weightOf(waiting.filter(({ refused }) => refused)));
    waiting = waiting.filter(({ refused }) => !refused);
    return { refused: overdue.length, next: asking[overdue.length]?.since };
  }

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
      const light = prepared.map(({ job }) => job).filter(({ weight, refused }) => weight === 0 && !refused);
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
        underWay = group;
        await runGroup(group);
        underWay = [];
        bounds.release(weightOf(group));
      } else {
        const job = waiting.shift();
        await job?.run?.().then(job.resolve, job.reject);
      }
      bounds.answered();
    }
    bounds.rest();
    running = undefined;
  }

  function enqueue(job: Job<Stage>): void {
    waiting.push(job);
    bounds.hold(job.weight);
    paced.came(waiting.length, job.prepare === undefined);
    running ??= work();
  }

  return {
    get refusing() {
      return bounds.refusing;
    },
    share: ({ prepare, weight }) =>
      new Promise((resolve, reject) => {
        const reason = bounds.refusal(weight);
        if (reason !== null) reject(refusal(reason));
        else enqueue(jobOf(resolve, reject, weight, prepare, undefined));
      }),
    alone: (run) =>
      new Promise((resolve, reject) => {
        enqueue(jobOf(resolve, reject, 0, undefined, run));
      }),
    async drained() {
      paced.end();
      while (running !== undefined) await running;
    },
  };
}

// Of one shape, whatever it is: there is one for each append.
function jobOf<Stage, Result>(
  resolve: (result: Result) => void,
  reject: (error: unknown) => void,
  weight: number,
  prepare: Job<Stage>["prepare"],
  run: Job<Stage>["run"],
): Job<Stage> {
  const since = performance.now();
  return { weight, since, refused: false, prepare, run, resolve: resolve as (result: unknown) => void, reject };
}

const weightOf = (jobs: readonly { readonly weight: number }[]): number =>
  jobs.reduce((sum, { weight }) => sum + weight, 0);

const refusal = (reason: string): JournalError =>
  new JournalError("journal_unwritable", `the journal cannot be written: ${reason}`);
