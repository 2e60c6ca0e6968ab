/** The person's own flavour of the interface's language, so that words and numbers agree. */
export const locale: string = navigator.languages?.find((tag) => /^en\b/i.test(tag)) ?? "en";
