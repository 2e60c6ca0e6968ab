import { CollectorError } from "../collector-error.js";
import type { AnswerTexts, Queries } from "../store/queries.js";
import type { Store } from "../store/store.js";
import { withDeadline } from "./deadline.js";

/** What a collector does with its store, once the schema is one that this code knows. */
export type ReadyStore = Omit<Store, "migrate" | "pendingSteps" | "product" | "rebuild" | "putImported" | "close">;

/** A schema that takes longer is told as a store that is away, so that neither requests nor a close wait on it. */
const patience = 2_000;

/**
 * The store, whose every call first waits for the schema: what has been away may come back with one that this code would
 * misread and damage. Until then calls reject as `ready` does, or with `store_unavailable`. `ping` alone goes through: it
 * asks whether the store is there.
 */
export function readyStore(store: Store, ready: () => Promise<void>): ReadyStore {
  let isReady = false;
  const schema = async (): Promise<void> => {
    if (isReady) return;
    try {
      await withDeadline(patience, ready());
    } catch (cause) {
      if (cause instanceof CollectorError) throw cause;
      throw new CollectorError("store_unavailable", cause instanceof Error ? cause.message : String(cause), { cause });
    }
    isReady = true;
  };
  const after =
    <Asked extends readonly unknown[], Answer>(call: (...asked: Asked) => Promise<Answer>) =>
    async (...asked: Asked): Promise<Answer> => {
      await schema();
      return call(...asked);
    };
  const afterEach = <T extends Queries | AnswerTexts>(calls: T): T =>
    new Proxy(calls, {
      get(_, name) {
        const call: unknown = Reflect.get(calls, name);
        return typeof call === "function" ? after(call.bind(calls)) : call;
      },
    });
  return {
    registry: after(() => store.registry()),
    putSite: after((site) => store.putSite(site)),
    addSite: after((site, actor) => store.addSite(site, actor)),
    putKey: after((key, actor) => store.putKey(key, actor)),
    rotateKey: after((rotation, actor) => store.rotateKey(rotation, actor)),
    addOrganisation: after((organisation, actor) => store.addOrganisation(organisation, actor)),
    putMember: after((member, actor) => store.putMember(member, actor)),
    salts: after((wanted, now) => store.salts(wanted, now)),
    cursor: after((journal) => store.cursor(journal)),
    project: after((chunk) => store.project(chunk)),
    heldSnapshots: after(() => store.heldSnapshots()),
    putSnapshot: after((snapshot, bounds, tree) => store.putSnapshot(snapshot, bounds, tree)),
    erase: after((order) => store.erase(order)),
    sweep: after((now) => store.sweep(now)),
    note: after((entry) => store.note(entry)),
    queries: afterEach(store.queries),
    texts: afterEach(store.texts),
    folded: after(() => store.folded()),
    ping: () => store.ping(),
  };
}
