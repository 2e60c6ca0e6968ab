/** Counts cells, most of which have small numbers: millions of points are added up in an array instead of a map. */
export interface CellCounter {
  add(cell: number, count: number): void;
  addTo(cells: Map<number, number>): void;
}

/** Cells from here on are as far down as hardly any page goes. */
const dense = 1 << 20;

export function cellCounter(): CellCounter {
  let low = new Float64Array(1 << 14);
  const high = new Map<number, number>();
  return {
    add(cell, count) {
      if (cell >= dense) {
        high.set(cell, (high.get(cell) ?? 0) + count);
        return;
      }
      if (cell >= low.length) {
        const grown = new Float64Array(Math.min(dense, 2 ** Math.ceil(Math.log2(cell + 1))));
        grown.set(low);
        low = grown;
      }
      low[cell] = (low[cell] as number) + count;
    },
    addTo(cells) {
      const put = (count: number, cell: number): void => {
        if (count !== 0) cells.set(cell, (cells.get(cell) ?? 0) + count);
      };
      low.forEach(put);
      high.forEach(put);
    },
  };
}
