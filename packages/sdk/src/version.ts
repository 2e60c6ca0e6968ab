/** What batches say in `sdk`: this package's version. */
export const version = "0.0.0";
