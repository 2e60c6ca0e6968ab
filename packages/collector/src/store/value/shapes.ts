import { type Kind, type Shape, shapeText } from "./shape.js";

/** A stretch of keys and kinds from an object's start. */
export interface ShapeStep {
  readonly shape: Shape;
  /** The step that one more field leads to. */
  field(key: string, kind: Kind, text?: string): ShapeStep;
  /** The number of the shape that ends here; 0 where it is too long to be kept. */
  number(): number;
}

/** The shapes that were met, to be found field by field, which is sooner done than by their texts. */
export interface Shapes {
  start(): ShapeStep;
  /** Forgets all numbers. */
  clear(): void;
}

/** Steps that are remembered: some hundred bytes each, as keys are known ones. */
const remembered = 20_000;
/** Longer texts are no shapes that come again, and would fill the memory of those who remember texts. */
const longest = 1_024;

export function shapes(number: (text: string) => number): Shapes {
  let made = 0;
  let first = step([]);

  function step(shape: Shape): ShapeStep {
    const steps = new Map<string, Map<string, ShapeStep>>();
    let known = -1;
    made++;
    return {
      shape,
      field(key, kind, text) {
        let ofKey = steps.get(key);
        if (!ofKey) {
          ofKey = new Map();
          steps.set(key, ofKey);
        }
        // No kind is as long as a text with its sign before it.
        const which = text === undefined ? kind : `=${text}`;
        let next = ofKey.get(which);
        if (!next) {
          next = step([...shape, text === undefined ? { key, kind } : { key, kind, text }]);
          ofKey.set(which, next);
        }
        return next;
      },
      number() {
        if (known < 0) {
          const text = shapeText(shape);
          known = text.length > longest ? 0 : number(text);
        }
        return known;
      },
    };
  }

  const clear = (): void => {
    made = 0;
    first = step([]);
  };
  return {
    start() {
      if (made > remembered) clear();
      return first;
    },
    clear,
  };
}
