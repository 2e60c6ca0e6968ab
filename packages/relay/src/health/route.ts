import type { Answer } from "../web/exchange.js";
import type { RelayHealth } from "./health.js";

/** Answers `/health`, `/health/live` and `/health/ready`; undefined for any other path. */
export async function healthAnswer(path: string, health: () => Promise<RelayHealth>): Promise<Answer | undefined> {
  if (path === "/health/live") return answer(200, { status: "ok" });
  if (path !== "/health" && path !== "/health/ready") return undefined;
  const state = await health();
  if (path === "/health/ready") return answer(state.ready ? 200 : 503, { ready: state.ready });
  return answer(state.status === "failing" ? 503 : 200, state);
}

const answer = (status: number, body: object): Answer => ({
  status,
  headers: { "content-type": "application/json; charset=utf-8", "cache-control": "no-store" },
  body: JSON.stringify(body),
});
