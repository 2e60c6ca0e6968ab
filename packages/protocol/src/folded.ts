/**
 * Says of an answer that not every value has a row of its own: of a day that has more than are told apart, the less frequent
 * stand together as `(other)`.
 */
export interface WithFolded {
  readonly folded?: {
    /** Days of which some do. */
    readonly days: number;
    /** How many do; one that does on two days counts twice. */
    readonly values: number;
  };
}
