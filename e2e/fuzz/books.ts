import { gunzipSync } from "node:zlib";
import type { Accepted, Batch, Refusal } from "@isotherm/protocol";
import { isPrivate } from "./headers.js";
import type { Answer, Sending } from "./send.js";

/** What the servers' own counters have to say in the end, counted from what was sent and answered. */
export interface Books {
  /** Batches in requests that were taken. */
  received: number;
  accepted: number;
  /** Batches that came again, which only a mutant does. */
  duplicate: number;
  /** Batches of visitors who asked not to be recorded. */
  private: number;
  /** Refused batches of requests that were taken, by code. */
  readonly rejected: { [code: string]: number };
  /** Requests that were refused, by code. */
  readonly refused: { [code: string]: number };
  /** Ids of all that was accepted. */
  readonly ids: Set<string>;
  /** Enters an answer. Throws when a server took what cannot be taken. */
  enter(sending: Sending, answer: Answer): void;
}

/** Books of one intake. */
export function books(): Books {
  const kept: Books = {
    received: 0,
    accepted: 0,
    duplicate: 0,
    private: 0,
    rejected: {},
    refused: {},
    ids: new Set(),
    enter(sending, { status, body }) {
      if (status >= 400) {
        const { code } = JSON.parse(body) as Refusal;
        kept.refused[code] = (kept.refused[code] ?? 0) + 1;
        return;
      }
      const batches = batchesOf(sending);
      kept.received += batches.length;
      const taken: Accepted =
        status === 204 ? { accepted: batches.length, duplicate: 0, rejected: [] } : (JSON.parse(body) as Accepted);
      const { accepted, duplicate, rejected } = taken;
      if (isFromBrowser(sending) && isPrivate(sending.headers)) {
        kept.private += batches.length;
        return;
      }
      if (accepted + duplicate + rejected.length !== batches.length)
        throw new Error(`${batches.length} batches were sent, and ${JSON.stringify(taken)} came back`);
      kept.accepted += accepted;
      kept.duplicate += duplicate;
      for (const { code } of rejected) kept.rejected[code] = (kept.rejected[code] ?? 0) + 1;
      for (const id of acceptedIds(
        batches,
        rejected.map(({ id }) => id),
      ))
        kept.ids.add(id);
    },
  };
  return kept;
}

/** Whose wish not to be recorded an intake heeds: a request without this header is a browser's, also where a mutant lost it. */
const isFromBrowser = ({ headers }: Sending): boolean => headers["relay-key-id"] === undefined;

/** A mutant may hold one id twice, once in a good batch and once in a bad one. */
function acceptedIds(batches: readonly Batch[], rejected: readonly string[]): string[] {
  const refusals = [...rejected];
  return batches.flatMap((batch) => {
    const id = batch?.id;
    const at = refusals.indexOf(id);
    if (at !== -1) refusals.splice(at, 1);
    return at === -1 && typeof id === "string" && /^[0-9a-f-]{36}$/.test(id) ? [id] : [];
  });
}

function batchesOf({ headers, body }: Sending): readonly Batch[] {
  const packed = /^(x-)?gzip$/i.test(headers["content-encoding"]?.trim() ?? "");
  const text = new TextDecoder("utf-8", { fatal: true }).decode(packed ? gunzipSync(body) : body);
  return (JSON.parse(text) as { readonly batches: readonly Batch[] }).batches;
}
