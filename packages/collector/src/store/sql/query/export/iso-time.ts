/** A moment as `2026-11-21T09:00:00.000Z`, as spreadsheets and databases read it. */
export const isoTime = (at: number): string => new Date(at).toISOString();
