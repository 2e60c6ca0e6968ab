import { expect } from "vitest";

/** Names, their order, and types, without the values. */
export function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shapeOf);
  if (value === null || typeof value !== "object") return value === null ? "null" : typeof value;
  return Object.entries(value).map(([name, inner]) => [name, shapeOf(inner)]);
}

/** Rows without what each collector makes up for itself. */
export const comparable = (rows: unknown): readonly Record<string, unknown>[] =>
  (rows as readonly Record<string, unknown>[]).map(({ id, projectId, userId, metaJson, ...row }) => ({
    ...row,
    ...(metaJson === undefined ? {} : { meta: (JSON.parse(String(metaJson)) as Record<string, unknown>).meta }),
    named: userId !== null,
  }));

interface Cell {
  readonly x: number;
  readonly y: number;
  readonly value: number;
}

/** Cells in no particular order: heat-collector's own comes from rows that nothing sorts. */
export const cells = ({ points }: Record<string, unknown>): readonly Cell[] =>
  (points as readonly Cell[]).toSorted((a, b) => a.y - b.y || a.x - b.x);

const placed = ["click", "move", "scroll"];

/** Their picture without what they draw into the corner because it has no place: `Number(null)` is 0. */
export function withoutCorner({ points, meta }: Record<string, unknown>): Record<string, unknown> {
  const { typeBreakdown, resolution, viewport, renderHeight, total } = meta as {
    readonly typeBreakdown: Record<string, number>;
    readonly resolution: number;
    readonly viewport: { readonly w: number };
    readonly renderHeight: number;
    readonly total: number;
  };
  const [first] = cells({ points });
  const placeless = Object.entries(typeBreakdown).reduce((sum, [type, n]) => sum + (placed.includes(type) ? 0 : n), 0);
  const corner = {
    x: Math.round((viewport.w / resolution) * 0.5),
    y: Math.round((renderHeight / resolution) * 0.5),
    value: (first?.value ?? 0) - placeless,
  };
  const rest = cells({ points }).slice(placeless === 0 ? 0 : 1);
  if (placeless > 0) expect(first).toMatchObject({ x: corner.x, y: corner.y });
  const kept = placeless > 0 && corner.value > 0 ? [corner, ...rest] : rest;
  return { points: kept, meta: { ...(meta as object), plotted: total - placeless, ignored: placeless } };
}
