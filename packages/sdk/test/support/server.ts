import type { Batch, Envelope, Event, EventType, Gone } from "@isotherm/protocol";
import { vi } from "vitest";

/** One request as the server saw it. */
export interface Received {
  readonly envelope: Envelope;
  readonly body: string;
  readonly init: RequestInit;
}

type Answer = Response | "lost";

/** A server in place of `fetch`: it answers 204 unless told otherwise, and remembers what came. */
export interface FakeServer {
  readonly requests: Received[];
  /** Decides each answer; "lost" is a broken connection. */
  answer: (request: Received) => Answer | Promise<Answer>;
  /** Batches of the requests that were accepted, once each. */
  accepted(): Batch[];
  /** Events of those batches, in order of their batches. */
  events(): Event[];
  of<T extends EventType>(type: T): Extract<Event, { type: T }>[];
  gone(): Gone[];
}

export const accept = (): Response => new Response(null, { status: 204 });

export const refuse = (status: number, body: unknown = {}, headers: Record<string, string> = {}): Response =>
  new Response(JSON.stringify(body), { status, headers });

/** Takes the place of `fetch` for one test. */
export function fakeServer(): FakeServer {
  const requests: Received[] = [];
  const taken: Envelope[] = [];
  const server: FakeServer = {
    requests,
    answer: accept,
    accepted() {
      const byId = new Map(taken.flatMap(({ batches }) => batches).map((batch) => [batch.id, batch]));
      return [...byId.values()].sort((a, b) => a.seq - b.seq);
    },
    events: () => server.accepted().flatMap(({ events }) => events),
    of: (type) => server.events().filter((event) => event.type === type) as never,
    gone: () => taken.flatMap(({ gone = [] }) => gone),
  };
  // happy-dom's requests know no `keepalive`.
  vi.stubGlobal("Request", { prototype: { keepalive: false } });
  vi.stubGlobal("fetch", async (_to: string, init: RequestInit): Promise<Response> => {
    const body = String(init.body);
    const received = { envelope: JSON.parse(body) as Envelope, body, init };
    requests.push(received);
    const answer = await server.answer(received);
    if (answer === "lost") throw new TypeError("Failed to fetch");
    if (answer.status === 204 || answer.status === 202) taken.push(received.envelope);
    return answer;
  });
  return server;
}
