/** The part of a page that a canvas shows. */
export interface Frame {
  /** Size of the canvas in CSS pixels of the screen. */
  readonly width: number;
  readonly height: number;
  /** Screen pixels per page pixel. */
  readonly scale: number;
  /** Page pixels above the canvas. */
  readonly top: number;
}

/** A rectangle of the page, in its CSS pixels. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}
