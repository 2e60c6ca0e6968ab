import { seed } from "../kit/effort.js";
import type { System } from "../kit/system.js";
import { type Books, books } from "./books.js";
import { type Documented, faultsOf } from "./documented.js";
import { randomOf } from "./random.js";
import { replay } from "./replay.js";
import type { Answer, Client } from "./send.js";
import { type Target, type TargetName, targetNames, targets } from "./targets.js";

/** How many mutants each target gets in a round. */
export type Mix = { readonly [name in TargetName]: number };

/** Mutants and good requests, sent to every target of a system. */
export interface Campaign {
  /** What the answers say that the servers did. */
  readonly kept: { readonly [name in TargetName]: Books };
  /** Every answer that was not as documented, and how to see it again. */
  readonly faults: readonly string[];
  /** Sends a round of the mix, each of its own cases. */
  round(number: number): Promise<void>;
  /** Sends the case of this name, and resolves to what was sent and answered. */
  again(name: string): Promise<string>;
}

/** Requests under way at once. */
const lanes = 6;
/** A request that has to be accepted follows upon so many mutants. */
const goodEvery = 8;

/** A campaign that has sent nothing yet. */
export function campaign(system: System, docs: Documented, client: Client, mix: Mix): Campaign {
  const all = targets(system, docs);
  const kept = Object.fromEntries(targetNames.map((name) => [name, books()])) as {
    readonly [name in TargetName]: Books;
  };
  const faults: string[] = [];

  const mutant = async (target: Target, index: number): Promise<() => string> => {
    const name = `${target.name}:${index}`;
    const made = await target.mutant(randomOf(`${seed}/${name}`));
    let answer: Answer | null = null;
    let found: readonly string[];
    try {
      answer = await client.send(made);
      found = faultsOf(made.method, answer, made.allowed, docs, made.types);
      if (made.booked) kept[target.name].enter(made, answer);
    } catch (error) {
      found = [String(error)];
    }
    const seen = (): string => replay(name, made.how, made, answer, found);
    if (found.length > 0) faults.push(seen());
    return seen;
  };

  const good = async (target: Target, index: number): Promise<void> => {
    const name = `${target.name}:${index}:good`;
    const made = await target.good(randomOf(`${seed}/${name}`));
    const answer = await client.send(made);
    if (made.method === "POST") kept[target.name].enter(made, answer);
    const due = made.method === "POST" ? 204 : 200;
    if (answer.status !== due) faults.push(replay(name, ["nothing"], made, answer, [`a ${due} was due`]));
  };

  return {
    kept,
    faults,
    async round(number) {
      const work = all.flatMap((target) => {
        const count = mix[target.name];
        return Array.from({ length: count }, (_, at) => ({ target, index: number * count + at, at: at / count }));
      });
      // Side by side, as they come in life.
      const queue = work.toSorted((a, b) => a.at - b.at);
      const lane = async (): Promise<void> => {
        for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
          await mutant(next.target, next.index);
          if (next.index % goodEvery === 0) await good(next.target, next.index);
        }
      };
      await Promise.all(Array.from({ length: lanes }, lane));
    },
    async again(name) {
      const [of, index] = name.split(":");
      const target = all.find((candidate) => candidate.name === of);
      if (!target) throw new Error(`FUZZ_CASE has to be as relay:17, of ${all.map((each) => each.name).join(", ")}`);
      return (await mutant(target, Number(index)))();
    },
  };
}
