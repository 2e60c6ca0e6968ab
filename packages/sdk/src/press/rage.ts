/** When presses count as rage. */
export interface RageOptions {
  /** The press in a row that counts. @default 3 */
  readonly presses?: number;
  /** Manhattan distance in px that each stays within of the one before. @default 30 */
  readonly distance?: number;
  /** Milliseconds that each follows the one before within. @default 1000 */
  readonly within?: number;
  /** Selector of elements that people press fast for good reason. @default number inputs and ranges */
  readonly exempt?: string;
}

/** Answers, for each press in turn, whether it is the one that completes a row. */
export function rageRow({
  presses = 3,
  distance = 30,
  within = 1_000,
  exempt = "input",
}: RageOptions): (element: Element, x: number, y: number, at: number) => boolean {
  let row = 0;
  let last = { x: 0, y: 0, at: 0 };
  return (element, x, y, at) => {
    const near = Math.abs(x - last.x) + Math.abs(y - last.y) < distance && at - last.at < within;
    row = element.closest(exempt) ? 0 : near ? row + 1 : 1;
    last = { x, y, at };
    return row === presses;
  };
}
