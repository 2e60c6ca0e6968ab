import type { Capture, Press } from "../capture.js";
import { onPress } from "../press/on-press.js";

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

/** Marks the press of `clicks()` that completes a row of fast ones at one place. */
export function rage({ presses = 3, distance = 30, within = 1_000, exempt = "input" }: RageOptions = {}): Capture {
  return (_emit, context) => {
    let row = 0;
    let before: MouseEvent | undefined;
    const told = ({ event, element, click }: Press): void => {
      if (!event.detail || event.button) return;
      const { clientX, clientY, timeStamp } = before ?? event;
      const near = Math.abs(event.clientX - clientX) + Math.abs(event.clientY - clientY) < distance;
      row = element.closest(exempt) ? 0 : near && event.timeStamp - timeStamp < within ? row + 1 : 1;
      before = event;
      if (row === presses) click.rage = true;
    };
    return onPress(context, told);
  };
}
