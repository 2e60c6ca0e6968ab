import type { HeatmapAnswer } from "@isotherm/protocol";
import type { JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import { whole } from "../format/number.js";
import { layer } from "../heat/layer.js";
import { picture } from "../heat/picture.js";
import { type Backdrop, place } from "../heat/place.js";
import { rank, type Target } from "../heat/rank.js";
import type { Model } from "../state/model.js";
import { type Kind, kinds } from "../state/view.js";
import { say } from "../words/say.js";
import { EmptyHeat } from "./empty.js";
import { FixedStrip } from "./fixed-strip.js";
import { HeatStage } from "./heat-stage.js";
import { HeatTools } from "./heat-tools.js";
import { Legend } from "./legend.js";
import { RankedList } from "./ranked-list.js";
import { PlacedNote, SnapshotNote } from "./snapshot-note.js";
import { useSnapshot } from "./use-snapshot.js";

/** The heatmap of the chosen page, with everything that explains it. */
export function HeatPanel({ model }: { readonly model: Model }): JSX.Element {
  const [strength, setStrength] = useState(0.85);
  const answer = model.heatmap.answer.value;
  const page = model.page.value ?? "/";
  const title = model.pages.answer.value?.pages.find((one) => one.page === page)?.title ?? "";
  const kind = kinds.find((one) => one === answer?.kind);
  return (
    <section class="panel heat" aria-labelledby="heat-title" aria-busy={model.heatmap.behind.value}>
      <header class="heat-head">
        <h2 id="heat-title" class="panel-title">
          {say.heatmap} <span class="heat-page">{page}</span>
          {title !== "" && <span class="heat-name">{title}</span>}
        </h2>
        <HeatTools model={model} strength={strength} onStrength={setStrength} />
      </header>
      {answer === undefined || kind === undefined ? (
        <div class="heat-wait">{model.heatmap.error.value === null ? say.loading : ""}</div>
      ) : answer.count === 0 ? (
        <EmptyHeat model={model} kind={kind} page={answer.page} />
      ) : (
        <HeatBody model={model} answer={answer} kind={kind} strength={strength} />
      )}
    </section>
  );
}

function HeatBody({
  model,
  answer: given,
  kind,
  strength,
}: {
  readonly model: Model;
  readonly answer: HeatmapAnswer;
  readonly kind: Kind;
  readonly strength: number;
}): JSX.Element {
  const [target, setTarget] = useState<Target | null>(null);
  const [scale, setScale] = useState(0);
  const { picture: behind, note } = useSnapshot(model, given);
  const [built, setBuilt] = useState<{ readonly ref: string; readonly backdrop: Backdrop | null } | null>(null);
  const standing = behind !== null && built?.ref === behind.snapshot.ref ? built : null;
  const placed = useMemo(
    () => (standing?.backdrop ? place(given, standing.backdrop) : null),
    [given, standing?.backdrop],
  );
  const answer = placed?.answer ?? given;
  const rows = useMemo(() => rank(answer, kind), [answer, kind]);
  const page = useMemo(() => layer(answer.cells, answer.size), [answer]);
  const screen = useMemo(
    () => layer(answer.fixedCells, { width: answer.size.width, height: answer.size.fold }),
    [answer],
  );
  const outside = page.outside + screen.outside;
  const heat = useMemo(
    () => (kind === "scroll" || scale === 0 ? null : picture(page, kind, scale)),
    [page, kind, scale],
  );
  const names = { click: say.elements, move: say.areas, scroll: say.depths };
  return (
    <div class="heat-body">
      <div class="heat-picture">
        <p class="heat-summary">
          <strong>{say.summary(kind, answer.count, answer.views)}</strong>
          {placed === null && <span>{say.sizeOf(given.size.width, given.size.height)}</span>}
          {placed !== null && kind === "click" && <PlacedNote placed={placed} />}
        </p>
        <SnapshotNote note={standing?.backdrop === null ? say.snapshotBroken : note} />
        {kind !== "scroll" && screen.count > 0 && (
          <FixedStrip
            answer={answer}
            screen={screen}
            kind={kind}
            strength={strength}
            marked={target?.fixed === true ? target.box : null}
          />
        )}
        <HeatStage
          answer={answer}
          kind={kind}
          page={page}
          heat={heat}
          onScale={setScale}
          // A scroll map covers all of the page behind it.
          strength={kind === "scroll" && placed !== null ? strength * 0.6 : strength}
          marked={target?.fixed === false ? target.box : null}
          behind={
            behind && {
              picture: behind,
              stands: placed !== null,
              onBuilt: (backdrop) => setBuilt({ ref: behind.snapshot.ref, backdrop }),
            }
          }
        />
        <Legend kind={kind} warmth={heat?.warmth ?? null} />
        {outside > 0 && <p class="heat-outside">{say.outside(kind, outside)}</p>}
      </div>
      <RankedList<Target | null>
        key={`${answer.page} ${kind}`}
        title={names[kind]}
        hint={kind === "click" ? say.elementsHint : ""}
        rows={rows}
        numbered={kind !== "scroll"}
        unit={(count) => say.counted(kind, count).replace(`${whole(count)} `, "")}
        onPoint={(subject) => setTarget(subject)}
      />
    </div>
  );
}
