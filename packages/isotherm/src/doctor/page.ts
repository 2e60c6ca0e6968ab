/** A tag's attributes by lower-case name. */
export type Attributes = ReadonlyMap<string, string>;

/** What a page says that matters here. */
export interface PageFacts {
  /** The tag that loads the SDK; undefined where there is none. */
  readonly snippet: Attributes | undefined;
  /** Policies for content in its meta tags. */
  readonly policies: readonly string[];
}

const attribute = /([^\s"'<>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'=<>`]+)))?/g;
const entities: { readonly [name: string]: string } = { amp: "&", quot: '"', apos: "'", lt: "<", gt: ">", "#39": "'" };

/** Reads a page's own text; what scripts add to it later is not seen. */
export function readPage(html: string): PageFacts {
  const text = html.replace(/<!--[\s\S]*?-->/g, "");
  return {
    snippet: tagsOf(text, "script").find((tag) => tag.has("data-key") || tag.has("data-to")),
    policies: tagsOf(text, "meta")
      .filter((tag) => tag.get("http-equiv")?.toLowerCase() === "content-security-policy")
      .map((tag) => tag.get("content") ?? ""),
  };
}

function tagsOf(html: string, name: string): readonly Attributes[] {
  const tags = html.matchAll(new RegExp(`<${name}\\b((?:[^>"']|"[^"]*"|'[^']*')*)>`, "gi"));
  return Array.from(tags, ([, inside = ""]) => attributesOf(inside));
}

function attributesOf(inside: string): Attributes {
  const found = new Map<string, string>();
  for (const [, name = "", ...values] of inside.matchAll(attribute)) {
    const value = values.find((one) => one !== undefined) ?? "";
    if (!found.has(name.toLowerCase())) found.set(name.toLowerCase(), plain(value));
  }
  return found;
}

const plain = (value: string): string =>
  value.replace(/&(#39|[a-z]+);/g, (entity, name: string) => entities[name] ?? entity);
