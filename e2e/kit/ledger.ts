import { expect } from "vitest";
import { until } from "./until.js";

/** What a relay's `/ledger` answers. */
export interface Ledger {
  readonly keys: {
    readonly [key: string]: {
      readonly received: number;
      readonly journaled: number;
      readonly duplicate: number;
      readonly refused: Reasons;
    };
  };
  readonly targets: {
    readonly [target: string]: {
      readonly journaled: number;
      readonly forwarded: number;
      readonly waiting: number;
      readonly dead: number;
      readonly filtered: number;
      readonly dropped: Reasons;
    };
  };
  /** Requests that were refused before it was clear what they hold, by reason. */
  readonly requests: Reasons;
  readonly balanced: boolean;
}

interface Reasons {
  readonly [reason: string]: number;
}

/** Resolves to the ledger at `url` once nothing waits for a target any more, having checked that every equation of the design holds. */
export async function balancedLedger(url: string): Promise<Ledger> {
  const ledger = await until("nothing to wait for a target", async () => {
    const read = (await (await fetch(url)).json()) as Ledger;
    return Object.values(read.targets).every(({ waiting }) => waiting === 0) ? read : null;
  });
  expectBalance(ledger);
  return ledger;
}

/** Fails unless every batch is where the ledger says, also while some still wait. */
export function expectBalance(ledger: Ledger): void {
  for (const [key, { received, journaled, duplicate, refused }] of Object.entries(ledger.keys)) {
    expect(received, `received under ${key}`).toBe(journaled + duplicate + total(refused));
  }
  const journaled = sum(Object.values(ledger.keys).map((key) => key.journaled));
  expect(Object.keys(ledger.targets)).toHaveLength(1);
  for (const [name, target] of Object.entries(ledger.targets)) {
    expect(target.journaled, `journaled for ${name}`).toBe(journaled);
    expect(journaled, `what became of it at ${name}`).toBe(
      target.forwarded + target.waiting + target.dead + target.filtered + total(target.dropped),
    );
  }
  expect(ledger.balanced).toBe(true);
}

const sum = (counts: readonly number[]): number => counts.reduce((all, count) => all + count, 0);

const total = (reasons: Reasons): number => sum(Object.values(reasons));
