import { en } from "./en.js";

/** The sentences in the language of the interface. A second language is a second file and a choice here. */
export const say = en;
