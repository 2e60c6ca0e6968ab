import { signal } from "@preact/signals";
import { describe, expect, test } from "vitest";
import { ApiError } from "../../../src/app/api/api-error.js";
import type { Answer, Question } from "../../../src/app/api/ask.js";
import { live } from "../../../src/app/api/live.js";
import { soon } from "../../kit/soon.js";

interface Call {
  readonly question: Question;
  readonly abort: AbortSignal;
  answer(value: unknown): void;
  fail(error: unknown): void;
}

/** An `ask` whose answers the test gives by hand. */
function byHand() {
  const calls: Call[] = [];
  const ask = (question: Question, abort: AbortSignal): Promise<Answer> =>
    new Promise((resolve, reject) => {
      calls.push({ question, abort, answer: (value) => resolve({ value, asOf: 1 }), fail: reject });
    });
  return { ask, calls };
}

const about = (path: string, period: string = "7d"): Question => ({ path, query: { period } });

describe("live", () => {
  test("asks at once and again when the question changes, keeping the old answer until then", async () => {
    const { ask, calls } = byHand();
    const question = signal<Question | null>(about("a"));
    const one = live<string>(ask, () => question.value);
    calls[0]?.answer("first");
    await soon(() => expect(one.answer.value).toBe("first"));
    question.value = about("a", "day");
    expect(calls).toHaveLength(2);
    expect(one.answer.value).toBe("first");
    expect(one.behind.value).toBe(true);
    calls[1]?.answer("second");
    await soon(() => expect(one.answer.value).toBe("second"));
    expect(one.behind.value).toBe(false);
  });

  test("shows nothing of one site under the name of another", async () => {
    const { ask, calls } = byHand();
    const question = signal<Question | null>(about("a"));
    const one = live<string>(ask, () => question.value);
    calls[0]?.answer("first");
    await soon(() => expect(one.answer.value).toBe("first"));
    question.value = about("b");
    expect(one.answer.value).toBeUndefined();
    question.value = null;
    expect(one.behind.value).toBe(false);
  });

  test("drops an answer that comes after the question has changed", async () => {
    const { ask, calls } = byHand();
    const question = signal<Question | null>(about("a"));
    const one = live<string>(ask, () => question.value);
    question.value = about("a", "day");
    expect(calls[0]?.abort.aborted).toBe(true);
    calls[1]?.answer("new");
    await soon(() => expect(one.answer.value).toBe("new"));
    calls[0]?.answer("old");
    await Promise.resolve();
    expect(one.answer.value).toBe("new");
  });

  test("keeps the answer through a failure and forgets the failure after a success", async () => {
    const { ask, calls } = byHand();
    const one = live<string>(ask, () => about("a"));
    calls[0]?.answer("first");
    await soon(() => expect(one.answer.value).toBe("first"));
    const second = one.refresh();
    calls[1]?.fail(new ApiError("unreachable", 0, "away"));
    await second;
    expect(one.error.value?.code).toBe("unreachable");
    expect(one.answer.value).toBe("first");
    const third = one.refresh();
    calls[2]?.answer("first");
    await third;
    expect(one.error.value).toBeNull();
  });

  test("never overtakes a slow answer with the next beat", async () => {
    const { ask, calls } = byHand();
    const one = live<string>(ask, () => about("a"));
    await one.refresh();
    await one.refresh();
    expect(calls).toHaveLength(1);
  });

  test("asks nothing any more once stopped", async () => {
    const { ask, calls } = byHand();
    const question = signal<Question | null>(about("a"));
    const one = live<string>(ask, () => question.value);
    one.stop();
    expect(calls[0]?.abort.aborted).toBe(true);
    question.value = about("b");
    expect(calls).toHaveLength(1);
  });
});
