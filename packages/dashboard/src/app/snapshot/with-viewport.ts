import type { SnapshotNode } from "@isotherm/protocol";

const units = /(^|[\s:,(*/+-])(-?\d*\.?\d+)([sld]?)vh\b/g;

/** Heights in parts of the viewport become pixels: the frame grows to the height of the whole page. */
const inPixels = (css: string, viewport: number): string =>
  css.replace(units, (_, before: string, share: string) => `${before}${(Number(share) * viewport) / 100}px`);

/** The same tree, whose styles do not depend on the height of the frame any more. */
export function withViewport(node: SnapshotNode, viewport: number): SnapshotNode {
  const { attributes = {}, childNodes } = node;
  const changed = Object.fromEntries(
    ["_cssText", "style"].flatMap((name) => {
      const css = attributes[name];
      return typeof css === "string" ? [[name, inPixels(css, viewport)]] : [];
    }),
  );
  return {
    ...node,
    ...(node.attributes && { attributes: { ...attributes, ...changed } }),
    ...(childNodes && { childNodes: childNodes.map((child) => withViewport(child, viewport)) }),
  };
}
