import type { SealedBatch, SessionRow } from "@isotherm/protocol";

/** How many local days, today included, something is kept; 0 keeps it for ever. */
export interface Retention {
  /** Batches and visits: whatever tells one visitor from another. */
  readonly rawDays: number;
  /** Numbers of whole days and heat, which tell nobody; batches and visits go with them at the latest. */
  readonly aggregateDays: number;
  /** Page snapshots. */
  readonly snapshotDays: number;
}

/**
 * What a key may do with the sites that it opens: ask for numbers, look at single visits, export a visitor, erase one, make
 * and revoke the keys of these sites; and with its organisation: change its members.
 */
export type KeyScope = "stats" | "visitors" | "export" | "erase" | "keys" | "members";

/** Whom sites belong to. */
export interface Organisation {
  readonly id: string;
  readonly name: string;
  /** ms since 1970. */
  readonly createdAt: number;
}

/** Viewers look, admins also see to visitors' rights and keys, owners also to members. */
export type MemberRole = "owner" | "admin" | "viewer";

/** Somebody who belongs to an organisation. */
export interface Member {
  readonly id: string;
  readonly organisation: string;
  readonly name: string;
  readonly role: MemberRole;
  /** ms since 1970. */
  readonly createdAt: number;
  /** From then on none of their keys is worth anything; null while they belong to it. */
  readonly removedAt: number | null;
}

/** Whom to erase. */
export interface ErasureOrder {
  /** Names the erasure; chosen by the caller, unique. */
  readonly id: string;
  readonly site: string;
  /** A stored id, a daily hash or a tab as visits show it, or a user. */
  readonly visitor: string;
  /** What happened up to then goes, also what arrives later, in ms since 1970. */
  readonly until: number;
}

/** An erasure that was ordered. */
export interface Erasure {
  readonly id: string;
  readonly until: number;
  /** By then nothing is left, in ms since 1970. */
  readonly completeBy: number;
}

/** Somebody's deed that has to be accounted for. */
export interface AuditEntry {
  /** ms since 1970. */
  readonly at: number;
  /** Id of the key that it was done with, `admin`, or `command`. */
  readonly actor: string;
  /** As `visitor_read`, `visitor_erased`, `key_created`. */
  readonly action: string;
  readonly site: string | null;
  /** What it was done to: a key's id, or a digest where a name would tell who it is. */
  readonly subject: string | null;
  readonly detail: string | null;
}

/** Deeds, newest first. */
export interface AuditQuery {
  readonly limit: number;
  /** Goes on after the `next` of the answer before; null begins with the newest. */
  readonly after: number | null;
}

/** Some of them. */
export interface AuditAnswer {
  readonly entries: readonly AuditEntry[];
  readonly next: string | null;
}

/** A part of all that is kept of a visitor. */
export interface VisitorQuery {
  readonly site: string;
  /** As in an `ErasureOrder`. */
  readonly visitor: string;
  /** 0 begins; then `next` of the part before. */
  readonly after: number;
}

/** Such a part. */
export interface VisitorPart {
  /** In the first part: who the name stands for, and their visits. */
  readonly people?: readonly { readonly kind: string; readonly name: string }[];
  readonly visits?: readonly SessionRow[];
  readonly batches: readonly {
    readonly receivedAt: number;
    /** The visit that it is in. */
    readonly visit: string | null;
    readonly batch: SealedBatch;
  }[];
  /** What is known of the delivery of their tabs, and page snapshots that their browser brought. */
  readonly tabs: readonly object[];
  readonly snapshots: readonly { readonly ref: string; readonly page: string; readonly at: number }[];
  readonly next: number | null;
}
