import { type Batch, type Envelope, protocolVersion } from "@isotherm/protocol";

/** A sender that keeps every batch until it was acknowledged, as the SDK does. */
export interface Sender {
  /** Sends batches until they are acknowledged, however often the server dies meanwhile. Resolves to the attempts. */
  send(batches: readonly Batch[]): Promise<number>;
}

/** Sends to `url` as one visitor of pages on `origin`, told apart by `agent`. */
export function sender(url: string, key: string, agent: string, origin: string = new URL(url).origin): Sender {
  let last = "";
  const attempt = async (batches: readonly Batch[]): Promise<boolean> => {
    const envelope: Envelope = { v: protocolVersion, key, sentAt: Date.now(), batches };
    try {
      const answer = await fetch(url, {
        method: "POST",
        body: JSON.stringify(envelope),
        headers: { "content-type": "text/plain", "user-agent": agent, origin, "accept-language": "en-GB" },
        signal: AbortSignal.timeout(5_000),
      });
      const body = await answer.text();
      if (answer.status === 202 && JSON.parse(body).rejected.length > 0) throw new Rejected(body);
      last = `${answer.status} ${body}`;
      return answer.status === 204 || answer.status === 202;
    } catch (error) {
      if (error instanceof Rejected) throw error;
      last = String(error);
      return false;
    }
  };
  return {
    send: async (batches) => {
      for (let attempts = 1; attempts < 400; attempts++) {
        if (await attempt(batches)) return attempts;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      throw new Error(`never acknowledged; the last answer was ${last}`);
    },
  };
}

class Rejected extends Error {}
