import type { RefObject } from "preact";
import { useLayoutEffect, useState } from "preact/hooks";
import type { Room } from "./use-canvas.js";

/** The inner size of an element, followed as it changes. */
export function useRoom(element: RefObject<HTMLElement>): Room {
  const [room, setRoom] = useState<Room>({ width: 0, height: 0 });
  useLayoutEffect(() => {
    const own = element.current;
    if (own === null) return;
    const measure = (): void =>
      setRoom((before) =>
        before.width === own.clientWidth && before.height === own.clientHeight
          ? before
          : { width: own.clientWidth, height: own.clientHeight },
      );
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(own);
    return () => observer.disconnect();
  }, []);
  return room;
}
