import type { FormsAnswer } from "@isotherm/protocol";
import type { Queries } from "../../queries.js";
import { hasBacklog } from "../backlog.js";
import { other } from "../other.js";
import { textsOf } from "../strings.js";
import { type Folding, folding, namesOf } from "./folding.js";
import { type InputDay, inputDay } from "./input-day.js";
import { matching } from "./matching.js";
import { found, turnTo } from "./paging.js";
import { type Reader, type Scope, scopeOf } from "./scope.js";

type FormRow = FormsAnswer["rows"][number];

/** Fields and forms of one page that an answer names. */
const mostElements = 50;

interface Field {
  entered: number;
  changed: number;
  left: number;
}

interface PageForms {
  started: number;
  sent: number;
  readonly forms: Map<number, number>;
  readonly fields: Map<number, Field>;
}

/** How forms were filled in, page by page. */
export function forms(reader: Reader, query: Parameters<Queries["forms"]>[0]): FormsAnswer {
  const { connection } = reader;
  const scope = scopeOf(reader, query);
  const folds = folding(scope);
  // A page that is asked for by its name is found under it.
  const exact = query.page !== null && query.page !== other.text;
  const byPage = formsByPage(scope, exact ? null : folds);
  const names = namesOf(connection, byPage.keys());
  const pages = [...byPage]
    .map(([page, all]) => ({ page: names.get(page) ?? "", ...all }))
    .filter(({ page }) => (query.page === null ? found(page, query.search) : page === query.page));
  const { rows, ...turned } = turnTo(pages, ({ started, page }) => [started, page], query);
  const anchors = textsOf(
    connection,
    rows.flatMap((row) => [...row.forms.keys(), ...row.fields.keys()]),
  );
  const anchorOf = (element: number): string => anchors.get(element) ?? "";
  return {
    asOf: scope.asOf,
    period: scope.period,
    rows: rows.map(
      ({ page, started, sent, forms: sending, fields }): FormRow => ({
        page,
        started,
        sent,
        completion: started === 0 ? 0 : sent / started,
        forms: [...sending]
          .map(([element, count]) => ({ anchor: anchorOf(element), sent: count }))
          .sort((a, b) => b.sent - a.sent || (a.anchor < b.anchor ? -1 : 1))
          .slice(0, mostElements),
        fields: [...fields]
          .map(([element, field]) => ({ anchor: anchorOf(element), ...field }))
          .sort((a, b) => b.entered - a.entered || (a.anchor < b.anchor ? -1 : 1))
          .slice(0, mostElements),
      }),
    ),
    ...turned,
    ...folds.mark(),
    ...(hasBacklog(connection) && { partial: true }),
  };
}

function formsByPage(scope: Scope, folds: Folding | null): ReadonlyMap<number, PageForms> {
  const byPage = new Map<number, PageForms>();
  for (const day of scope.days()) {
    const fits = matching(scope, day);
    const inputs = inputDay(scope, day);
    const { count, visit, page, pages } = inputs;
    const nameOf = folds?.on(day, "input pages", { count, visit, value: page, distinct: pages }, fits);
    let from = 0;
    for (let row = 1; row <= inputs.count; row++) {
      const same = inputs.visit[row] === inputs.visit[from] && inputs.page[row] === inputs.page[from];
      if (row < inputs.count && same) continue;
      const here = page[from] as number;
      if (fits?.[visit[from] as number] !== 0) addVisit(byPage, nameOf?.(here) ?? here, inputs, from, row);
      from = row;
    }
  }
  return byPage;
}

/** Adds what one visit did on one page, which stands in some rows, to what the page counts under. */
function addVisit(byPage: Map<number, PageForms>, page: number, inputs: InputDay, from: number, to: number): void {
  let all = byPage.get(page);
  if (!all) {
    all = { started: 0, sent: 0, forms: new Map(), fields: new Map() };
    byPage.set(page, all);
  }
  const sent = new Set<number>();
  const touched = new Set<number>();
  const changed = new Set<number>();
  let last: number | null = null;
  for (let row = from; row < to; row++) {
    const element = inputs.element[row] as number;
    if ((inputs.sent[row] as number) > 0) sent.add(element);
    if ((inputs.changed[row] as number) > 0) changed.add(element);
    if ((inputs.changed[row] as number) === 0 && (inputs.focused[row] as number) === 0) continue;
    touched.add(element);
    last = element;
  }
  if (touched.size > 0 || sent.size > 0) all.started++;
  if (sent.size > 0) all.sent++;
  for (const element of sent) all.forms.set(element, (all.forms.get(element) ?? 0) + 1);
  for (const element of touched) {
    const field = all.fields.get(element) ?? { entered: 0, changed: 0, left: 0 };
    all.fields.set(element, field);
    field.entered++;
    if (changed.has(element)) field.changed++;
    if (sent.size === 0 && element === last) field.left++;
  }
}
