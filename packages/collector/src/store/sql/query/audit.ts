import type { AuditAnswer, AuditQuery } from "../../people.js";
import { readAudit } from "../privacy/audit.js";
import type { Reader } from "./scope.js";

/** Who read or erased a visitor, and who changed keys: newest first. */
export function audit({ connection }: Reader, { limit, after }: AuditQuery): AuditAnswer {
  return readAudit(connection, { limit, after });
}
