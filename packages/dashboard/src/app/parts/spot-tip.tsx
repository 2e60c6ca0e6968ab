import type { JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

export interface TipLine {
  readonly text: string;
  readonly strong: boolean;
}

/** A note beside the pointer that never leaves its surroundings. Places are in CSS pixels of the parent. */
export function SpotTip({
  at,
  within,
  offset = 0,
  lines,
}: {
  readonly at: { readonly x: number; readonly y: number };
  readonly within: { readonly width: number; readonly height: number };
  readonly offset?: number;
  readonly lines: readonly TipLine[];
}): JSX.Element {
  const tip = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const own = tip.current;
    if (own === null) return;
    const gap = 18;
    const left = at.x + gap + own.offsetWidth > within.width ? at.x - gap - own.offsetWidth : at.x + gap;
    const top = Math.min(Math.max(4, at.y - own.offsetHeight / 2), within.height - own.offsetHeight - 4);
    own.style.transform = `translate(${Math.round(Math.max(4, left) + offset)}px, ${Math.round(top)}px)`;
  });
  return (
    <div class="tip" ref={tip} aria-hidden="true">
      {lines.map(({ text, strong }) => (
        <div key={text} class={strong ? "tip-strong" : "tip-line"}>
          {text}
        </div>
      ))}
    </div>
  );
}
