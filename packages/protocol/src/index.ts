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
export {
  type HeatElement,
  type HeatKind,
  type HeatmapAnswer,
  type HeatmapPicture,
  heatGrid,
  type WidthClass,
  widthClasses,
} from "./heatmap.js";
export { joinBytes } from "./join-bytes.js";
export { jsonLine } from "./json-line.js";
export { horizon, limits, skewTolerance, snapshotLimits } from "./limits.js";
export { pagePath, widthClass } from "./page-path.js";
export { parseUrl } from "./parse-url.js";
export type {
  Answered,
  BotClass,
  BotsAnswer,
  BreakdownAnswer,
  BreakdownRow,
  DeliveryAnswer,
  Dimension,
  Metric,
  PagesAnswer,
  Period,
  SeriesAnswer,
  SeriesPoint,
  SessionAnswer,
  SessionRow,
  SessionsAnswer,
  SitesAnswer,
  SixNumbers,
  SummaryAnswer,
  TimelineEntry,
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
