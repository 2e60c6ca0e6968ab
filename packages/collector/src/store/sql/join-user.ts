import type { RawPiece } from "./raw-piece.js";
import type { Writer } from "./writer.js";

/**
 * A visitor is the user identified first, so that visits from before are that user's too. Gives the local days whose
 * numbers of visitors change by it.
 */
export function joinUser({ connection }: Writer, { visitor, user, at, order }: RawPiece): readonly number[] {
  if (user === null) return [];
  const changes = connection.change(
    `UPDATE visitors SET user = ?, user_at = ?, user_order = ?
     WHERE n = ? AND (user_at IS NULL OR user_at > ? OR (user_at = ? AND user_order > ?))`,
    ...[user, at, order, visitor, at, at, order],
  );
  if (changes === 0) return [];
  const days = connection.all<{ day: number }>(
    "SELECT DISTINCT day FROM sessions WHERE visitor = ? AND user IS NULL AND person <> ?",
    ...[visitor, user],
  );
  if (days.length > 0) {
    connection.run(
      "UPDATE sessions SET person = ?, lasting = 1 WHERE visitor = ? AND user IS NULL AND person <> ?",
      ...[user, visitor, user],
    );
  }
  return days.map(({ day }) => day);
}
