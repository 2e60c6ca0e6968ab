/** What the names of the files begin with that the script tag loads on demand: the build writes the hash of all of them here. Four letters of what they hold follow. */
export const lazyName = "";
