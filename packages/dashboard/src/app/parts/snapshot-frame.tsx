import type { SnapshotAnswer } from "@isotherm/protocol";
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { finder } from "../heat/find-element.js";
import type { Backdrop } from "../heat/place.js";
import { say } from "../words/say.js";

/** A page's snapshot behind its heat, at the width it was taken in and as tall as the page is. */
export function SnapshotFrame({
  picture,
  scale,
  onBuilt,
}: {
  readonly picture: SnapshotAnswer;
  /** Screen pixels per page pixel. */
  readonly scale: number;
  /** Tells what the page looks like, again whenever that changes; null where it cannot be rebuilt. */
  readonly onBuilt: (backdrop: Backdrop | null) => void;
}): JSX.Element {
  const frame = useRef<HTMLIFrameElement>(null);
  const [height, setHeight] = useState(0);
  const { vw, vh } = picture.snapshot;
  const ending = useRef<() => void>(() => {});

  const build = async (): Promise<void> => {
    const doc = frame.current?.contentDocument;
    // Before the frame's own page there is an empty one.
    if (!doc?.URL.endsWith("snapshot.html")) return;
    const { rebuild } = await import("../snapshot/rebuild.js");
    if (frame.current?.contentDocument !== doc) return;
    rebuild(doc, picture);
    const measure = (): void => {
      const root = doc.documentElement;
      const tall = Math.max(vh, Math.ceil(root.getBoundingClientRect().height), doc.body?.scrollHeight ?? 0);
      setHeight(tall);
      onBuilt({ find: finder(doc), width: Math.max(vw, root.scrollWidth), height: tall, fold: vh });
    };
    const observer = new ResizeObserver(measure);
    observer.observe(doc.documentElement);
    ending.current = () => observer.disconnect();
  };
  useEffect(() => () => ending.current(), []);

  return (
    <iframe
      ref={frame}
      class="stage-frame"
      src="./snapshot.html"
      sandbox="allow-same-origin"
      title={say.snapshotOf(picture.snapshot.page)}
      tabIndex={-1}
      aria-hidden="true"
      onLoad={() => build().catch(() => onBuilt(null))}
      style={{ width: `${vw}px`, height: `${Math.max(height, vh)}px`, transform: `scale(${scale})` }}
    />
  );
}
