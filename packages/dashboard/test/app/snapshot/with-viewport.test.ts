import type { SnapshotNode } from "@isotherm/protocol";
import { expect, test } from "vitest";
import { withViewport } from "../../../src/app/snapshot/with-viewport.js";

test("Heights in parts of the window are those of the window that the snapshot was taken in", () => {
  const css = ".hero{min-height:60vh;margin:-1.5vh auto;height:calc(100svh - 20px)} .vh{width:5vw;content:'x'}";
  const style: SnapshotNode = { type: 2, id: 1, tagName: "style", attributes: { _cssText: css }, childNodes: [] };
  const root: SnapshotNode = {
    type: 2,
    id: 2,
    tagName: "p",
    attributes: { style: "top:10dvh", title: "5vh" },
    childNodes: [style],
  };
  const changed = withViewport(root, 800);
  expect(changed.attributes).toEqual({ style: "top:80px", title: "5vh" });
  expect(changed.childNodes?.[0]?.attributes?._cssText).toBe(
    ".hero{min-height:480px;margin:-12px auto;height:calc(800px - 20px)} .vh{width:5vw;content:'x'}",
  );
});
