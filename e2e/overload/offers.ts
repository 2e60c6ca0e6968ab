import { type Batch, uuidv7 } from "@isotherm/protocol";
import { batchOf, fixtures } from "@isotherm/protocol/fixtures";
import { agentOf } from "../kit/load.js";
import type { Part, System } from "../kit/system.js";

/** A request that brings one batch. */
export interface Offer {
  readonly batch: Batch;
  /** Its bytes, but for the last, and that. */
  readonly start: readonly (string | Uint8Array)[];
  readonly end: string;
  /** Bytes of its body. */
  readonly size: number;
}

/** What a batch is made of besides a page view and a press. */
export interface Load {
  /** Events, each with a name. @default 1 */
  readonly events?: number;
  /** Bytes of text that the events carry together. @default 0 */
  readonly text?: number;
  /** Bytes of white space before the batch, which are read and kept nowhere. @default 0 */
  readonly space?: number;
}

const spaces = new Map<number, Uint8Array>();

/** A new batch of one of many visitors, each of them at an address and with a browser of their own. */
export function offer(system: System, part: Part, visitor: number, { events = 1, text = 0, space = 0 }: Load): Offer {
  const id = uuidv7();
  const custom = {
    type: "custom",
    t: 2,
    name: "offered",
    props: { text: "x".repeat(Math.floor(text / events)) },
  } as const;
  const batch = batchOf({
    id,
    tab: id,
    seq: 0,
    at: Date.now(),
    page: { ...batchOf({}).page, id: `page-${visitor}`, url: `${system.relay}/${part}` },
    events: [{ type: "page", t: 0 }, { ...fixtures.click, n: 0 }, ...Array.from({ length: events }, () => custom)],
  });
  return resized(system, part, visitor, batch, space);
}

/** The request that brings a batch with so many bytes of white space. */
export function resized(system: System, part: Part, visitor: number, batch: Batch, space = 0): Offer {
  const path = part === "relay" ? system.intake : "/v1/batches";
  const before = `{"v":1,"key":${JSON.stringify(system.publicKey)},"batches":[${JSON.stringify(batch)}]`;
  const size = before.length + space + 1;
  const head = [
    `POST ${path} HTTP/1.1`,
    "host: 127.0.0.1",
    `origin: ${system.relay}`,
    `x-forwarded-for: 203.0.${visitor >> 8}.${visitor & 255}`,
    `user-agent: ${agentOf(visitor)}`,
    "content-type: text/plain",
    `content-length: ${size}`,
  ].join("\r\n");
  const filler = spaces.get(space) ?? Buffer.alloc(space, " ");
  spaces.set(space, filler);
  return { batch, start: [`${head}\r\n\r\n${before}`, filler], end: "}", size };
}
