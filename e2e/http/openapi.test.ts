import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SessionsAnswer, SummaryAnswer } from "@isotherm/protocol";
import { batchOf, envelopeOf, fixtures, pageOf } from "@isotherm/protocol/fixtures";
import { Ajv2020 } from "ajv/dist/2020.js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isotherm } from "../kit/process.js";
import { type Part, type System, startSystem } from "../kit/system.js";
import { until } from "../kit/until.js";
import { type Answered, clientOf, type Question } from "./openapi-client.js";

interface Parameter {
  readonly in: "path" | "query" | "header";
  readonly name: string;
  readonly required?: boolean;
}

interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly Parameter[];
  readonly responses: { readonly [status: string]: { readonly content?: { readonly [type: string]: object } } };
}

interface Document {
  readonly paths: { readonly [path: string]: { readonly [method: string]: Operation } };
  readonly components: object;
}

/** What needs a relay's signature, a snapshot, or is no JSON. */
const others = ["briefing", "snapshot", "export"];

const folder = mkdtempSync(join(tmpdir(), "isotherm-e2e-"));
const agent = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36";
const admin = "an admin key of the tests alone";
let system: System;
let document: Document;
let session: string;

beforeAll(async () => {
  const run = (part: Part, env: Record<string, string>) =>
    isotherm([part], folder, { ...env, ISOTHERM_ADMIN_KEY: admin });
  system = await startSystem(folder, { run });
  const { identify, snapshot, ...events } = fixtures;
  const batch = batchOf({
    at: Date.now(),
    visitor: "v-1",
    page: pageOf({ url: `${system.relay}/pricing`, webdriver: false }),
    events: Object.values(events),
  });
  const sent = await fetch(`${system.collector}/v1/batches`, {
    method: "POST",
    headers: { origin: system.relay, "user-agent": agent },
    body: JSON.stringify({ ...envelopeOf({ key: system.publicKey, batches: [batch] }), sentAt: Date.now() }),
  });
  expect(sent.status, await sent.text()).toBe(204);
  session = await until("the visit", async () => {
    const { sessions } = await system.ask<SessionsAnswer>(`/sites/${system.site}/sessions?period=day`);
    return sessions[0]?.id;
  });
  document = (await (await fetch(`${system.collector}/openapi.json`)).json()) as Document;
});

afterAll(async () => {
  await system?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const questionsOf = ({ paths }: Document): readonly (Question & { readonly operation: Operation })[] =>
  Object.entries(paths).flatMap(([path, { get: operation }]) => {
    if (!operation || others.includes(operation.operationId)) return [];
    const examples: { readonly [name: string]: string } = {
      id: path.includes("/sites/") ? system.site : path.includes("/organisations/") ? "default" : session,
      ...{ period: "day", page: "/pricing", dimension: "source", visitor: "v-1" },
      steps: '[["page","/pricing"],["goal","purchase"]]',
      name: "signup",
    };
    const of = (place: Parameter["in"]): object =>
      Object.fromEntries(
        (operation.parameters ?? [])
          .filter(({ in: where, name, required }) => where === place && (required || name === "period"))
          .map(({ name }) => [name, examples[name] ?? ""]),
      );
    return [{ path, operation, values: { path: of("path"), query: of("query") } }];
  });

describe("a client that is generated from the OpenAPI document", () => {
  test("compiles, asks every question, and gets what the document says", async () => {
    const questions = questionsOf(document);
    expect(questions.length).toBeGreaterThan(20);
    const askAll = await clientOf(document, questions);
    const answered = await askAll(system.collector, {
      authorization: `Bearer ${system.readKey}`,
      "x-admin-key": admin,
    });

    const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false });
    ajv.addSchema({ $id: "isotherm", components: document.components });
    const faults = answered.flatMap(({ path, status, data }) => {
      const operation = document.paths[path]?.get;
      const content = operation?.responses["200"]?.content?.["application/json"] as { schema: { $ref: string } };
      const check = ajv.compile({ $ref: content.schema.$ref.replace("#", "isotherm#") });
      if (status === 200 && check(data)) return [];
      return [`${path}: ${status} ${ajv.errorsText(check.errors)} ${JSON.stringify(data)?.slice(0, 500)}`];
    });
    expect(faults).toEqual([]);
    expect(answered).toHaveLength(questions.length);
    expect(numbersIn(answered)).toMatchObject({ visits: 1, pageViews: 1 });
  });

  test("does not compile where it asks with what the document does not know", async () => {
    const values = { path: { id: system.site }, query: { periode: "day" } };
    await expect(clientOf(document, [{ path: "/v1/sites/{id}/summary", values }])).rejects.toThrow("periode");
  });
});

const numbersIn = (answered: readonly Answered[]): object | undefined =>
  (answered.find(({ path }) => path.endsWith("/summary"))?.data as SummaryAnswer | undefined)?.numbers;
