import { randomUUID } from "node:crypto";
import { type Answer, ask, jsonOf, unrecorded } from "./ask.js";
import { type Finding, fail, ok } from "./finding.js";

// An envelope without batches is refused by what the protocol says, and nothing of it is kept.
const empty = { v: 1, key: "pk_doctor", batches: [] };
const megabyte = 1_000_000;

/** Sends what the relay refuses, and looks whether the refusal comes back as it was sent. */
export async function examineIntake(intake: URL, page: URL): Promise<readonly Finding[]> {
  const path = intake.pathname;
  const handOn = `let your web server hand ${path} on to the relay, with method and body`;
  let first: Answer;
  try {
    first = await post(intake, JSON.stringify(empty), page);
  } catch (error) {
    return [fail("intake", `${path} gives no answer: ${(error as Error).message}`, handOn)];
  }
  const code = jsonOf(first)?.code;
  if (first.status === 403 && code === "origin_refused")
    return [
      fail(
        "origin",
        `pages of ${page.origin} may not send`,
        `add ${page.origin} to the site's origins, in the configuration`,
      ),
    ];
  if (first.status === 429) return [fail("intake", "too many requests came from here", "wait a minute and ask again")];
  if (first.status === 503)
    return [
      fail(
        "intake",
        `${path} answers 503: the relay takes nothing now`,
        "look into the relay's /health: journal and briefing",
      ),
    ];
  if (first.status !== 400 || code !== "envelope_invalid")
    return [fail("intake", `${path} answers ${first.status}, and not as a relay does`, handOn)];
  return [
    ...(await originOf(intake, page, first)),
    ok("intake", `${path} is a relay's: it refuses an empty envelope by its code`),
    await untouched(intake, page, first),
    await sizeOf(intake, page),
  ];
}

const post = (intake: URL, body: string, page: URL): Promise<Answer> =>
  ask(intake.href, {
    method: "POST",
    headers: {
      ...unrecorded,
      "content-type": "text/plain;charset=UTF-8",
      origin: page.origin,
      "x-request-id": `doctor-${randomUUID()}`,
    },
    body,
  });

async function originOf(intake: URL, page: URL, answer: Answer): Promise<readonly Finding[]> {
  if (intake.origin === page.origin) return [ok("origin", `pages of ${page.origin} may send, and need no preflight`)];
  const fix = "let OPTIONS and the relay's Access-Control headers pass";
  const asked = await ask(intake.href, {
    method: "OPTIONS",
    headers: {
      origin: page.origin,
      "access-control-request-method": "POST",
      "access-control-request-headers": "content-encoding,content-type",
    },
  });
  const lets = ({ headers }: Answer): boolean => headers.get("access-control-allow-origin") === page.origin;
  const isFine =
    asked.status >= 200 &&
    asked.status < 300 &&
    lets(asked) &&
    /\bcontent-encoding\b/i.test(asked.headers.get("access-control-allow-headers") ?? "");
  if (!isFine)
    return [fail("origin", `the preflight answers ${asked.status} and does not let ${page.origin} send`, fix)];
  if (!lets(answer)) return [fail("origin", `answers do not let ${page.origin} read them`, fix)];
  return [ok("origin", `the preflight lets ${page.origin} send`)];
}

/** Whether the answer is the relay's own, to this very request. */
async function untouched(intake: URL, page: URL, first: Answer): Promise<Finding> {
  const second = await post(intake, JSON.stringify(empty), page);
  const fix = "take the intake's path out of caches, and out of what changes answers";
  for (const answer of [first, second]) {
    const { headers } = answer;
    const id = headers.get("x-request-id");
    if (!/\bno-store\b/.test(headers.get("cache-control") ?? ""))
      return fail("untouched", `answers come with Cache-Control: ${headers.get("cache-control") ?? "none"}`, fix);
    if (headers.has("age")) return fail("untouched", "a cache answered (Age)", fix);
    if (id === null)
      return fail("untouched", "answers come without X-Request-Id", "let it pass: it names a request in the log");
    if (jsonOf(answer)?.requestId !== id)
      return fail("untouched", "X-Request-Id and the answer name two requests", fix);
  }
  if (first.headers.get("x-request-id") === second.headers.get("x-request-id"))
    return fail("untouched", "two requests had one answer: it is cached", fix);
  return ok("untouched", "answers are the relay's own, and nothing keeps them");
}

async function sizeOf(intake: URL, page: URL): Promise<Finding> {
  const bare = JSON.stringify({ ...empty, pad: "" });
  const body = `${bare.slice(0, -2)}${"-".repeat(megabyte - bare.length)}"}`;
  // A page snapshot may have twice as much as an envelope, and pages that send none are no worse off.
  const fix = "raise the body limit of what stands in front to 2 MB (nginx: client_max_body_size 2m)";
  try {
    const answer = await post(intake, body, page);
    if (answer.status === 400 && jsonOf(answer)?.code === "envelope_invalid")
      return ok("size", "a request of 1 MB reaches the relay");
    return fail("size", `a request of 1 MB answers ${answer.status}`, fix);
  } catch (error) {
    return fail("size", `a request of 1 MB is cut off: ${(error as Error).message}`, fix);
  }
}
