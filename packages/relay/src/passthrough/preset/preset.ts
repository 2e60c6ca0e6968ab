import type { Properties } from "@isotherm/protocol";
import type { Target } from "../../target/target.js";
import type { Answer } from "../../web/exchange.js";
import type { RawRequest } from "../raw-request.js";

/** What is known about a tracker and its backend. */
export interface Preset {
  /** Requests that carry events. */
  readonly durable: readonly string[];
  /** Live requests that the page needs to work, also of visitors of whom nothing is kept. */
  readonly needed: readonly string[];
  /** What the backend would answer, as far as the page looks at it. */
  readonly answer: Answer;
  /** Whether the backend recognises an event that it has already. */
  readonly dedupe: Target["dedupe"];
  /**
   * The request as it can be delivered at any later time: with times that do not depend on the moment of delivery.
   * Resolves to the request as it came where it is of a form that is not known.
   */
  restate(request: RawRequest, receivedAt: number): Promise<RawRequest>;
  /**
   * A restated request with its visitor's address, where the backend reads that from the body. For the delivery alone: a
   * request waits, and becomes a dead letter, without the address.
   */
  addressed(request: RawRequest, address: string): RawRequest;
  readonly classify: Target["classify"];
  /** Page views and custom events in a restated request, in their order; none where it is of a form that is not known. */
  read(request: RawRequest, receivedAt: number): readonly ReadEvent[];
}

/** A page view, or a custom event where it has a name. */
export interface ReadEvent {
  readonly name?: string;
  readonly properties?: Properties;
  /** In ms since 1970. */
  readonly at: number;
  /** Joins what happened in one page view, where the tracker says so. */
  readonly pageId?: string | undefined;
  readonly url: string;
  readonly referrer?: string | undefined;
  readonly title?: string | undefined;
  /** Width and height of the viewport and the screen, in CSS pixels, as far as they are known. */
  readonly viewport?: readonly [width: number, height: number];
  readonly screen?: readonly [width: number, height: number];
}
