export {
  type Accepted,
  type Hints,
  type Refusal,
  type RefusalCode,
  type Rejection,
  type RejectionCode,
  refusalStatus,
} from "./answer.js";
export type { Batch, DropReason, Navigation, Page, SealedBatch } from "./batch.js";
export type {
  ErrorsAnswer,
  EventsAnswer,
  FormsAnswer,
  FunnelAnswer,
  FunnelStep,
  GoalsAnswer,
  JourneyStep,
  JourneysAnswer,
  Listed,
  NamedEventType,
  Occurrences,
  PropertiesAnswer,
  RealtimeAnswer,
  RetentionAnswer,
  Revenue,
  VitalName,
  VitalNumbers,
  VitalsAnswer,
} from "./behaviour.js";
export type { Briefing, PrivacyPolicy, Salt, SiteBriefing } from "./briefing.js";
export type { ClientHints, Edge } from "./edge.js";
export { type Envelope, type Gone, protocolVersion, type SealedEnvelope } from "./envelope.js";
export type {
  AttentionEvent,
  ClickBox,
  ClickEvent,
  CustomEvent,
  DeadEvent,
  ErrorEvent,
  Event,
  EventType,
  ExposureEvent,
  GoalEvent,
  IdentifyEvent,
  InputEvent,
  Json,
  KeyboardEvent,
  MoveEvent,
  PageEvent,
  Properties,
  ScrollEvent,
  SnapshotEvent,
  VitalEvent,
} from "./event.js";
export type { Filter, FilterField, FilterOperator, PropertyField } from "./filter.js";
export type { WithFolded } from "./folded.js";
export { jsonLine } from "./json-line.js";
export { horizon, limits, skewTolerance, snapshotLimits } from "./limits.js";
export { pagePath, widthClass } from "./page-path.js";
export { parseUrl } from "./parse-url.js";
export {
  type Answered,
  type BotClass,
  type BotsAnswer,
  type BreakdownAnswer,
  type BreakdownRow,
  type DeliveryAnswer,
  type Dimension,
  type HeatElement,
  type HeatKind,
  type HeatmapAnswer,
  heatGrid,
  type Metric,
  type PagesAnswer,
  type Period,
  type SeriesAnswer,
  type SeriesPoint,
  type SessionAnswer,
  type SessionRow,
  type SessionsAnswer,
  type SitesAnswer,
  type SixNumbers,
  type SummaryAnswer,
  type TimelineEntry,
  type WidthClass,
  widthClasses,
} from "./query.js";
export type {
  SnapshotAnswer,
  SnapshotEntry,
  SnapshotHead,
  SnapshotNode,
  SnapshotsAnswer,
  WantedSnapshot,
} from "./snapshot.js";
export { type Turns, turns } from "./turns.js";
export { uuidv7 } from "./uuid.js";
