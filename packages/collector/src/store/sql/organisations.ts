import type { Member, Organisation } from "../people.js";
import type { Connection } from "./connection.js";
import { noteAudit } from "./privacy/audit.js";

/** Whom sites belong to of which nobody said more; it is there from the start. */
export const defaultOrganisation = "default";

interface OrganisationRow {
  readonly id: string;
  readonly name: string;
  readonly created_at: number;
}

interface MemberRow extends OrganisationRow {
  readonly organisation: string;
  readonly role: Member["role"];
  readonly removed_at: number | null;
}

export function readOrganisations(connection: Connection): readonly Organisation[] {
  const rows = connection.all<OrganisationRow>("SELECT id, name, created_at FROM organisations ORDER BY id");
  return rows.map(({ id, name, created_at: createdAt }) => ({ id, name, createdAt }));
}

export function readMembers(connection: Connection): readonly Member[] {
  return connection
    .all<MemberRow>("SELECT id, organisation, name, role, created_at, removed_at FROM members ORDER BY id")
    .map(({ created_at: createdAt, removed_at: removedAt, ...rest }) => ({ ...rest, createdAt, removedAt }));
}

export function addOrganisation(connection: Connection, { id, name, createdAt }: Organisation, actor: string): boolean {
  return connection.write(() => {
    if (connection.get("SELECT id FROM organisations WHERE id = ?", id) !== undefined) return false;
    connection.run("INSERT INTO organisations (id, name, created_at) VALUES (?, ?, ?)", id, name, createdAt);
    const noted = { site: null, subject: id, detail: null };
    noteAudit(connection, { at: createdAt, actor, action: "organisation_created", ...noted });
    return true;
  });
}

export function putMember(connection: Connection, member: Member, actor: string): void {
  const { id, organisation, name, role, createdAt, removedAt } = member;
  connection.write(() => {
    const changes = connection.change("DELETE FROM members WHERE id = ?", id);
    connection.run(
      "INSERT INTO members (id, organisation, name, role, created_at, removed_at) VALUES (?, ?, ?, ?, ?, ?)",
      ...[id, organisation, name, role, createdAt, removedAt],
    );
    const action = changes === 0 ? "member_added" : removedAt === null ? "member_changed" : "member_removed";
    noteAudit(connection, {
      ...{ at: removedAt ?? createdAt, actor, action, site: null, subject: id },
      detail: `${organisation}: ${role}`,
    });
  });
}
