import type { RelayHealth } from "./health/health.js";
import type { Ledger } from "./ledger/ledger.js";
import type { ScriptTag } from "./script/script-files.js";
import type { Answer, Incoming } from "./web/exchange.js";

/** Whom a request comes from, as the platform says: what the request's own headers say, anybody may have written. */
export interface Client {
  /** The address at the other end of the connection, or the one that a platform in front writes into a header of its own. */
  readonly address: string;
  /** Where the platform places the visitor, as two letters (ISO 3166-1). @default what a trusted proxy's `countryHeader` says */
  readonly country?: string | undefined;
  /** The names of its region and city. @default what a trusted proxy's `regionHeader` and `cityHeader` say */
  readonly region?: string | undefined;
  readonly city?: string | undefined;
  /**
   * Keeps the platform from ending what a request began once that is answered, as `context.waitUntil` of Workers and Vercel:
   * with durability `upstream`, targets that are not `required` get their batches then. @default it goes on by itself
   */
  readonly waitUntil?: ((work: Promise<unknown>) => void) | undefined;
}

/** A running relay. */
export interface Relay {
  /** Answers one request. Never rejects. */
  handle(request: Request, client: Client): Promise<Response>;
  /** The same for faces that have no `Request` at hand. */
  answer(incoming: Incoming): Promise<Answer>;
  /** What it answers, as paths; those that end with `/*` stand for everything below. */
  readonly paths: readonly string[];
  health(): Promise<RelayHealth>;
  ledger(): Promise<Ledger>;
  /** Fetches the collector's briefing now. True when that worked, or when there is no collector to ask. */
  refresh(): Promise<boolean>;
  /** Resolves true once every target has passed everything that is in the journal now; false when the relay closes before. */
  drained(): Promise<boolean>;
  /** What a page's script tag needs: the path of the SDK and its hash for `integrity`. */
  readonly script: ScriptTag;
  /** Refuses new batches, lets targets take what is left for a moment, and ends. The journal stays open. */
  close(): Promise<void>;
}
