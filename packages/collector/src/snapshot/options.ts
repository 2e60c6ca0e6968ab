/** How many page snapshots a collector keeps, and how often it asks for them. */
export interface SnapshotOptions {
  /** Days after which a page that is still visited is asked for again. @default 14 */
  readonly refreshDays?: number;
  /** Days after which a snapshot goes with the next one that its site stores. @default 180 */
  readonly keepDays?: number;
  /** Snapshots that one site keeps: the oldest goes first. @default 1000 */
  readonly perSite?: number;
  /** Bytes that one site's snapshots take together, compressed. @default 134217728 */
  readonly bytesPerSite?: number;
  /** Snapshots that one site stores in an hour: pages without number cannot keep visitors busy. @default 120 */
  readonly perHour?: number;
}
