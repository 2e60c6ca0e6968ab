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
  let before: MouseEvent | undefined;
  return (element, event) => {
    const { clientX, clientY, timeStamp } = before ?? event;
    const near = Math.abs(event.clientX - clientX) + Math.abs(event.clientY - clientY) < distance;
    row = element.closest(exempt) ? 0 : near && event.timeStamp - timeStamp < within ? row + 1 : 1;
    before = event;
    return row === presses;
  };
}
