import { uuidv7 } from "@isotherm/protocol";
import { batchOf } from "@isotherm/protocol/fixtures";
import { until } from "./process.js";

/** Sends one new batch as a page would, and resolves to the status. */
export async function sendBatch(intake: string, key: string): Promise<number> {
  const at = Date.now();
  const body = JSON.stringify({ v: 1, key, sentAt: at, batches: [batchOf({ id: uuidv7(at), at })] });
  const response = await fetch(intake, { method: "POST", body, headers: { "content-type": "text/plain" } });
  await response.text();
  return response.status;
}

/** Batches that the first site's delivery figure counts. */
export async function received(collector: string, readKey: string): Promise<number> {
  const headers = { authorization: `Bearer ${readKey}` };
  const ask = async <T>(path: string): Promise<T> =>
    (await (await fetch(new URL(path, collector), { headers })).json()) as T;
  const { sites } = await ask<{ sites: readonly { id: string }[] }>("/v1/sites");
  return (await ask<{ received: number }>(`/v1/sites/${sites[0]?.id}/delivery`)).received;
}

/** Resolves once so many batches can be queried. */
export async function untilReceived(count: number, collector: string, readKey: string): Promise<void> {
  await until(`${count} batches in the answers`, async () =>
    (await received(collector, readKey)) === count ? count : undefined,
  );
}
