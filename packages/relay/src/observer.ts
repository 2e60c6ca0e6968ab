/** Is told what happens while it happens; whatever must balance is in the ledger instead. */
export interface Observer {
  /** The intake gave an answer with this status after so many seconds. */
  answered(status: number, seconds: number): void;
  /** A target's answer to one request was classified after so many seconds. */
  attempted(target: string, outcome: string, seconds: number): void;
}

/** An observer that looks away. */
export const blind: Observer = { answered: () => {}, attempted: () => {} };
