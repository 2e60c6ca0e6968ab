/** What stands in a dimension where a visit has no value, and where reading it failed. */
export const notSet = "(not set)";
