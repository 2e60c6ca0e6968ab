/** When presses count as rage. */
export interface RageOptions {
  /** The press in a row that counts. @default 3 */
  readonly presses?: number;
  /** Manhattan distance in px that each stays within of the one before. @default 30 */
  readonly distance?: number;
  /** Milliseconds that each follows the one before within. @default 1000 */
  readonly within?: number;
  /** Selector of elements that people press fast for good reason. @default input */
  readonly exempt?: string;
}

/** Answers, for each press in turn, whether it is the one that completes a row. */
export function rageRow({
  presses = 3,
  distance = 30,
  within = 1_000,
  exempt = "input",
}: RageOptions): (element: Element, event: MouseEvent) => boolean {
  let row = 0;
  let [x, y, at] = [0, 0, 0];
  return (element, { clientX, clientY }) => {
    const now = Date.now();
    const near = Math.abs(clientX - x) + Math.abs(clientY - y) < distance && now - at < within;
    row = element.closest(exempt) ? 0 : near ? row + 1 : 1;
    [x, y, at] = [clientX, clientY, now];
    return row === presses;
  };
}
