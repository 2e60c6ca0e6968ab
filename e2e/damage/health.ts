import { isotherm } from "../kit/process.js";
import type { Part, System } from "../kit/system.js";

/** A damaged range, as the format's words for it. */
export interface Damage {
  readonly file: string;
  readonly from: number;
  readonly to: number;
  readonly reason: string;
}

/** What both servers' health says of their journal. */
export interface Health {
  readonly status: string;
  readonly ready: boolean;
  readonly journal: { readonly records: number; readonly damage: readonly Damage[]; readonly failing?: string | null };
  /** Of the collector. */
  readonly projector?: {
    readonly running: boolean;
    readonly waiting: number;
    readonly failing: string | null;
    readonly aside: number;
  };
}

/** What a part says of itself, whatever the status. */
export async function healthOf(system: System, part: Part): Promise<Health> {
  const path = part === "relay" ? "/health" : "/v1/health";
  return (await (await fetch(`${system[part]}${path}`)).json()) as Health;
}

/** Whether a part says that it can make a batch durable. */
export async function isReady(system: System, part: Part): Promise<boolean> {
  const { status } = await fetch(`${system[part]}/health/ready`);
  return status === 200;
}

/** What `isotherm journal verify --json` finds, and how it ends. */
export interface Verified {
  readonly code: number | null;
  readonly whole: boolean;
  readonly journals: readonly {
    readonly folder: string;
    readonly whole: boolean;
    readonly records: number;
    readonly damage: readonly Damage[];
  }[];
}

/** Runs the command on both journals of a system. */
export async function verify({ folder }: System, run: typeof isotherm = isotherm): Promise<Verified> {
  const command = run(["journal", "verify", "--json"], folder);
  const code = await command.ended;
  const output = command.output();
  // Progress and the verdict for people go to standard error, around the object.
  const json = output.slice(output.search(/^\{$/m), output.search(/^\}$/m) + 1);
  return { code, ...JSON.parse(json) };
}
