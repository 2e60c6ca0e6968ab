import { describe, expect, test } from "vitest";
import { ApiError } from "../../../src/app/api/api-error.js";
import { asker } from "../../../src/app/api/ask.js";

const never = new AbortController().signal;

/** A fetch that gives these answers in turn and remembers what it was asked. */
function answers(...given: readonly (() => Response | Promise<Response>)[]) {
  const asked: Request[] = [];
  const fetch = async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    asked.push(new Request(input, init));
    const next = given[asked.length - 1];
    if (next === undefined) throw new Error("asked more often than expected");
    return next();
  };
  return { asked, ask: asker({ base: "http://host.example/some/base/", key: () => "rd_key", fetch }) };
}

const json = (body: unknown, init?: ResponseInit) => (): Response => new Response(JSON.stringify(body), init);
const question = { path: "sites/a%2Fb/summary", query: { period: "7d" } };

describe("asker", () => {
  test("asks below the page's own address, with the key", async () => {
    const { ask, asked } = answers(json({ asOf: 5, n: 1 }));
    expect(await ask(question, never)).toMatchObject({ value: { n: 1 }, asOf: 5 });
    expect(asked[0]?.url).toBe("http://host.example/some/base/v1/sites/a%2Fb/summary?period=7d");
    expect(asked[0]?.headers.get("authorization")).toBe("Bearer rd_key");
  });

  test("sends the tag of the last answer, and gives that very answer for a 304", async () => {
    const { ask, asked } = answers(
      json({ n: 1 }, { headers: { etag: '"x"' } }),
      () => new Response(null, { status: 304 }),
    );
    const first = await ask(question, never);
    const second = await ask(question, never);
    expect(asked.map(({ headers }) => headers.get("if-none-match"))).toEqual([null, '"x"']);
    expect(second.value).toBe(first.value);
  });

  test("gives the very same value while only the clock has moved", async () => {
    const { ask } = answers(json({ asOf: 1, n: 1 }), json({ asOf: 2, n: 1 }), json({ asOf: 3, n: 2 }));
    const first = await ask(question, never);
    const second = await ask(question, never);
    const third = await ask(question, never);
    expect(second.value).toBe(first.value);
    expect(second.asOf).toBe(2);
    expect(third.value).toMatchObject({ n: 2 });
  });

  test("does not take one question's answer for another's", async () => {
    const { ask, asked } = answers(json({ n: 1 }, { headers: { etag: '"x"' } }), json({ n: 1 }));
    const first = await ask(question, never);
    const other = await ask({ ...question, query: { period: "day" } }, never);
    expect(asked[1]?.headers.has("if-none-match")).toBe(false);
    expect(other.value).not.toBe(first.value);
  });

  test("carries the collector's refusal", async () => {
    const refusal = { error: "unavailable", code: "unavailable", message: "The store is away.", requestId: "r7" };
    const { ask } = answers(json(refusal, { status: 503 }));
    const error = await ask(question, never).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({
      code: "unavailable",
      statusCode: 503,
      message: "The store is away.",
      requestId: "r7",
    });
  });

  test("says so when nobody answers, or somebody else does", async () => {
    const { ask } = answers(
      () => Promise.reject(new TypeError("Failed to fetch")),
      () => new Response("<html>Bad gateway</html>", { status: 502, statusText: "Bad Gateway" }),
      () => new Response("<html>Welcome</html>"),
    );
    await expect(ask(question, never)).rejects.toMatchObject({ code: "unreachable" });
    await expect(ask(question, never)).rejects.toMatchObject({ code: "unexpected", statusCode: 502 });
    await expect(ask(question, never)).rejects.toMatchObject({ code: "unexpected", statusCode: 200 });
  });
});
