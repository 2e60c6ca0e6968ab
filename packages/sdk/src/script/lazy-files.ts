/** File names of the captures that the script tag loads on demand, by name; the build writes them in. */
export const lazyFiles: { readonly [name: string]: string } = {};
