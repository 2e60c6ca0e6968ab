import type { HeatmapAnswer } from "@isotherm/protocol";
import type { Ranked } from "../parts/ranked-list.js";
import type { Kind } from "../state/view.js";
import { say } from "../words/say.js";
import { elementName } from "./anchor.js";
import { areas } from "./areas.js";
import { shareAt } from "./depth.js";
import type { Box } from "./frame.js";
import { layer } from "./layer.js";
import { boxAround } from "./wires.js";

/** Where a row points: on the page that scrolls, or on the window that stays. */
export interface Target {
  readonly box: Box;
  readonly fixed: boolean;
}

const tenths = Array.from({ length: 10 }, (_, i) => (i + 1) / 10);

/** What a picture shows, as a ranking: elements for presses, areas for movement, depths for scrolling. */
export function rank(answer: HeatmapAnswer, kind: Kind): readonly Ranked<Target | null>[] {
  if (answer.count === 0) return [];
  const page = layer(answer.cells, answer.size);
  const { height, width } = page;
  if (kind === "click") {
    return answer.elements.map((element): Ranked<Target | null> => {
      const { title, path } = elementName(element.anchor);
      const box = boxAround(page, element.at);
      return {
        key: `${element.anchor} ${element.fixed}`,
        title,
        detail: path,
        count: element.count,
        share: element.count / answer.count,
        tags: [
          ...(element.rage > 0 ? [{ text: say.rage(element.rage), hint: say.rageHint }] : []),
          ...(element.dead > 0 ? [{ text: say.dead(element.dead), hint: say.deadHint }] : []),
          ...(element.fixed ? [{ text: say.staysTag, hint: say.staysHint }] : []),
        ],
        subject: box === null ? null : { box, fixed: element.fixed },
      };
    });
  }
  if (kind === "move") {
    return areas(page).map(({ side, top, bottom, count, cells }): Ranked<Target | null> => {
      const box = boxAround(page, cells);
      return {
        key: `${side} ${top}`,
        title: say.areaName(side, top, bottom),
        detail: "",
        count,
        share: count / answer.count,
        tags: [],
        subject: box === null ? null : { box, fixed: false },
      };
    });
  }
  return tenths.map((depth) => ({
    key: String(depth),
    title: say.depthName(depth, depth * height),
    detail: "",
    count: null,
    share: shareAt(answer.bands, depth),
    tags: [],
    subject: { box: { left: 0, top: depth * height - 2, width, height: 4 }, fixed: false },
  }));
}
