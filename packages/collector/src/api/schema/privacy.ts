import type { SessionRow } from "@isotherm/protocol";
import type { AuditAnswer, AuditEntry, Erasure } from "../../store/people.js";
import { anything, list, named, nullable, object, type Schema, string, time } from "./schema.js";

interface VisitorAnswer {
  readonly site: string;
  readonly visitor: string;
  readonly at: number;
  readonly people: readonly { readonly kind: string; readonly name: string }[];
  readonly visits: readonly SessionRow[];
  readonly batches: readonly { readonly receivedAt: number; readonly visit: string | null; readonly batch: unknown }[];
  readonly tabs: readonly unknown[];
  readonly snapshots: readonly { readonly ref: string; readonly page: string; readonly at: number }[];
}

/** What is told of visitors' rights, by the name that it has in the OpenAPI document. */
export const privacySchemas: { readonly [name: string]: object } = {
  VisitorAnswer: object<VisitorAnswer>({
    site: string(),
    visitor: string("The name that was asked for"),
    at: time("When it was asked for"),
    people: list(
      object<VisitorAnswer["people"][number]>({
        kind: string("stored, daily, tab, bot or user"),
        name: string(),
      }),
      "Whom the name stands for",
    ),
    visits: list(named<SessionRow>("SessionRow")),
    batches: list(
      object<VisitorAnswer["batches"][number]>({
        receivedAt: time("When it was received"),
        visit: nullable(string("The visit that it is in")),
        batch: anything,
      }),
      "Every batch, as it is kept",
    ),
    tabs: list(anything, "What is known of the delivery of their tabs"),
    snapshots: list(
      object<VisitorAnswer["snapshots"][number]>({ ref: string(), page: string(), at: time("When it was received") }),
      "Page snapshots that their browser brought",
    ),
  }),
  Erasure: object<Erasure>({
    id: string("Names the erasure; the audit has it too"),
    until: time("What happened up to then goes, also what arrives later"),
    completeBy: time("By then nothing of it is left"),
  }),
  AuditEntry: object<AuditEntry>({
    at: time(),
    actor: string("Id of a key, `admin`, or `command`") as Schema<string>,
    action: string(
      "As `visitor_exported`, `visitor_erased`, `visits_exported`, `visits_listed`, `visit_read`, `key_created`",
    ),
    site: nullable(string()),
    subject: nullable(string("A key's id, or a digest where a name would tell who it is")),
    detail: nullable(string()),
  }),
  AuditAnswer: object<AuditAnswer>({
    entries: list(named<AuditEntry>("AuditEntry")),
    next: nullable(string("The `cursor` that goes on from here")),
  }),
};
