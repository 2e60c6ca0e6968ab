/** Something on a page that can be pressed, and where it is. */
export interface DemoElement {
  /** Its anchors, as the SDK writes them. */
  readonly el: string;
  /** `[x, y, width, height]` in CSS pixels: of the document, or of the viewport where `fixed`. */
  readonly box: readonly [x: number, y: number, width: number, height: number];
  readonly fixed?: true;
  /** Address that it leads to: a path of the site, `#part` of the page, or an outbound address. */
  readonly to?: string;
  /** The file that it downloads. */
  readonly file?: string;
  /** What it is: something that acts, or something that people press in vain. */
  readonly role: "link" | "button" | "summary" | "field" | "submit" | "copy" | "still";
}

/** A page at one width. */
export interface DemoSize {
  /** Viewport and document, in CSS pixels. */
  readonly vw: number;
  readonly vh: number;
  readonly dw: number;
  readonly dh: number;
  readonly elements: readonly DemoElement[];
}

/** A page of the example site, measured. */
export interface DemoPage {
  readonly path: string;
  readonly title: string;
  readonly sizes: readonly DemoSize[];
}

/** What `examples/script-tag/demo/layout.json` holds. */
export interface DemoLayout {
  readonly pages: readonly DemoPage[];
}

/** A page at a viewport's width. Throws when it was not measured at that width: devices and measuring must agree. */
export function sizeOf(page: DemoPage, vw: number): DemoSize {
  const size = page.sizes.find((one) => one.vw === vw);
  if (size === undefined)
    throw new Error(`${page.path} was not measured at ${vw} px: run examples/script-tag/demo/measure.mjs`);
  return size;
}
