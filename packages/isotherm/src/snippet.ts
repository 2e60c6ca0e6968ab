/** What a site needs to send to this relay. */
export interface SnippetFacts {
  readonly publicKey: string;
  readonly paths: { readonly intake: string; readonly script: string };
  /** Address of the script file on the site, as `/h2m4x8b1/3f2a….js`. */
  readonly script: string;
  /** Its subresource integrity, as `sha384-…`. */
  readonly integrity: string;
}

/** Captures that the snippets ask for. */
const captures = ["clicks", "moves", "scrolls", "offline"] as const;

/** The line for a page without a bundler. */
export function scriptTag({ publicKey, paths, script, integrity }: SnippetFacts): string {
  return `<script async src="${script}" integrity="${integrity}" crossorigin="anonymous" data-key="${publicKey}" data-to="${paths.intake}" data-use="${captures.join(" ")}"></script>`;
}

/** The lines for a page with a bundler. */
export function npmSnippet({ publicKey, paths }: Pick<SnippetFacts, "publicKey" | "paths">): string {
  return [
    `import { ${["start", ...captures].join(", ")} } from "@isotherm/sdk";`,
    "",
    "start({",
    `  key: "${publicKey}",`,
    `  to: "${paths.intake}",`,
    `  use: [${captures.map((name) => `${name}()`).join(", ")}],`,
    "});",
  ].join("\n");
}
