/** What a check of a deployment came to. */
export type State = "ok" | "warn" | "fail";

/** What is looked at, in the order of the report. */
export type CheckName =
  | "page"
  | "snippet"
  | "first-party"
  | "script"
  | "integrity"
  | "compression"
  | "cache"
  | "origin"
  | "intake"
  | "untouched"
  | "size"
  | "address"
  | "policy"
  | "lists";

/** One line of the report. */
export interface Finding {
  readonly check: CheckName;
  readonly state: State;
  /** What was found. */
  readonly found: string;
  /** What to change; empty where all is well. */
  readonly fix: string;
}

/** All is well. */
export const ok = (check: CheckName, found: string): Finding => ({ check, state: "ok", found, fix: "" });

/** It works, but not as well as it could. */
export const warn = (check: CheckName, found: string, fix: string): Finding => ({ check, state: "warn", found, fix });

/** Something is lost until it is mended. */
export const fail = (check: CheckName, found: string, fix: string): Finding => ({ check, state: "fail", found, fix });
