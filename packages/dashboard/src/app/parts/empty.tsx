import type { ComponentChildren, JSX } from "preact";
import type { Model } from "../state/model.js";
import type { Kind } from "../state/view.js";
import { say } from "../words/say.js";

/** A place where something will be: what is missing, and what to do. */
export function Empty({
  title,
  hint,
  live = false,
  children,
}: {
  readonly title: string;
  readonly hint: string;
  /** Shows that somebody is looking. */
  readonly live?: boolean;
  readonly children?: ComponentChildren;
}): JSX.Element {
  return (
    <div class="empty" role="status">
      {live && <span class="empty-pulse" aria-hidden="true" />}
      <h2 class="empty-title">{title}</h2>
      <p class="empty-hint">{hint}</p>
      {children}
    </div>
  );
}

/** Nothing has ever come from the site: the steps that bring the first event. */
export function EmptySite({ name }: { readonly name: string }): JSX.Element {
  return (
    <section class="panel">
      <Empty title={say.waiting} hint={say.waitingHint(name)} live>
        <ol class="empty-steps">
          {say.waitingSteps.map((step) => (
            <li key={step}>{step}</li>
          ))}
        </ol>
      </Empty>
    </section>
  );
}

/** Nothing to draw for these settings, and the settings that show more. */
export function EmptyHeat({
  model,
  kind,
  page,
}: {
  readonly model: Model;
  readonly kind: Kind;
  readonly page: string;
}): JSX.Element {
  const { view, go } = model.address;
  const { bucket, period } = view.value;
  const hint = say.emptyKindHint(page, say.periodNames[period]);
  const more = { click: "", move: ` ${say.emptyMoveHint}`, scroll: ` ${say.emptyScrollHint}` }[kind];
  return (
    <Empty title={say.emptyKind[kind]} hint={hint + more}>
      <div class="empty-actions">
        {bucket !== "all" && (
          <button type="button" class="button" onClick={() => go({ bucket: "all" })}>
            {say.tryAllWidths}
          </button>
        )}
        {period !== "30d" && (
          <button type="button" class="button" onClick={() => go({ period: "30d" })}>
            {say.tryMonth}
          </button>
        )}
      </div>
    </Empty>
  );
}
