import { cell, viewport } from "./page.mjs";

/** What a visitor does: as often each. */
export const actions = { moves: 2_000, clicks: 200, scrolls: 200 };
/** Milliseconds that it takes. */
export const duration = 28_000;

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));

/**
 * Moves the browser's own pointer over the page, presses and scrolls, at a steady pace.
 *
 * @param {import("playwright-core").Page} page
 */
export async function visit(page) {
  const start = Date.now();
  const turns = actions.clicks;
  const movesPerTurn = actions.moves / turns;
  const columns = viewport.width / cell.width;
  const rows = viewport.height / cell.height;
  const centre = (turn) => ({
    x: ((turn * 7) % columns) * cell.width + cell.width / 2,
    y: ((turn * 5) % rows) * cell.height + cell.height / 2,
  });
  await page.mouse.move(0, 0);
  for (let turn = 0; turn < turns; turn++) {
    const [from, to] = [turn === 0 ? { x: 0, y: 0 } : centre(turn - 1), centre(turn)];
    for (let step = 1; step <= movesPerTurn; step++) {
      const part = step / movesPerTurn;
      const bend = Math.sin(part * Math.PI) * 40;
      await page.mouse.move(from.x + (to.x - from.x) * part + bend, from.y + (to.y - from.y) * part);
      await pause(start + ((turn + (0.8 * step) / movesPerTurn) * duration) / turns - Date.now());
    }
    await page.mouse.down();
    await page.mouse.up();
    // Down for nine turns and up for nine: whole rows, so that there is always something to press.
    await page.mouse.wheel(0, turn % 18 < 9 ? 2 * cell.height : -2 * cell.height);
    await pause(start + ((turn + 1) * duration) / turns - Date.now());
  }
}
