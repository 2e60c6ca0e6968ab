/** The part of an OpenAPI document that the page shows. */
export interface ApiDocument {
  readonly info: { readonly title: string; readonly description?: string };
  readonly tags?: readonly { readonly name: string; readonly description?: string }[];
  readonly paths: { readonly [path: string]: { readonly [method: string]: Operation } };
  readonly components?: { readonly schemas?: { readonly [name: string]: ApiSchema } };
}

interface Operation {
  readonly operationId?: string;
  readonly tags?: readonly string[];
  readonly summary?: string;
  readonly description?: string;
  readonly security?: readonly { readonly [scheme: string]: readonly string[] }[];
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required?: boolean;
    readonly description?: string;
    readonly schema?: ApiSchema;
  }[];
  readonly requestBody?: { readonly content?: { readonly [type: string]: { readonly schema?: ApiSchema } } };
  readonly responses?: {
    readonly [status: string]: {
      readonly description?: string;
      readonly content?: { readonly [type: string]: { readonly schema?: ApiSchema } };
    };
  };
}

interface ApiSchema {
  readonly $ref?: string;
  readonly type?: string;
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly default?: unknown;
  readonly items?: ApiSchema;
  readonly anyOf?: readonly ApiSchema[];
  readonly properties?: { readonly [name: string]: ApiSchema };
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | ApiSchema;
}

/** One page without scripts: every route and every answer, with links between them. */
export function docsPage(document: ApiDocument, style: string): string {
  const { info, tags = [], paths, components } = document;
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  const groups = tags.map((tag) => ({
    ...tag,
    operations: operations.filter(({ operation }) => operation.tags?.includes(tag.name)),
  }));
  const schemas = Object.entries(components?.schemas ?? {});
  const links = groups
    .map(
      (group) =>
        `<p>${text(group.name)}</p><ul>${group.operations.map(({ path, operation }) => `<li><a href="#${text(operation.operationId ?? "")}">${text(path)}</a></li>`).join("")}</ul>`,
    )
    .join("");
  const sections = groups
    .map(
      (group) =>
        `<section><h2>${text(group.description ?? group.name)}</h2>${group.operations.map(({ path, method, operation }) => card(path, method, operation)).join("")}</section>`,
    )
    .join("");
  const shapes = schemas.map(([name, schema]) => shapeCard(name, schema)).join("");
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${text(info.title)}</title><style>${style}</style></head>
<body><div class="frame"><nav aria-label="Contents">${links}<p>answers</p><ul>${schemas.map(([name]) => `<li><a href="#schema-${text(name)}">${text(name)}</a></li>`).join("")}</ul></nav>
<main><h1>${text(info.title)}</h1><p class="soft">For programs: <a href="openapi.json">openapi.json</a></p>${(info.description ?? "").split("\n\n").map(paragraph).join("")}${sections}<section><h2>Shapes of answers</h2>${shapes}</section></main></div></body></html>
`;
}

function card(path: string, method: string, operation: Operation): string {
  const { operationId = "", summary = "", description, parameters = [], requestBody, responses = {} } = operation;
  const inOrder = [...parameters].sort((a, b) => Number(b.in === "path") - Number(a.in === "path"));
  const bodies = Object.entries(requestBody?.content ?? {}).map(([type, { schema = {} }]) => [
    `<code>${text(type)}</code>`,
    typeOf(schema),
  ]);
  const rows = inOrder.map(({ name, required, description: about = "", schema = {} }) => [
    `<code>${text(name)}</code>`,
    `${required ? "required, " : ""}${typeOf(schema)}${schema.default === undefined ? "" : `, <code>${text(JSON.stringify(schema.default))}</code> when nothing is said`}`,
    prose(about),
  ]);
  const answers = Object.entries(responses).map(([status, response]) => [
    `<code>${text(status)}</code>`,
    typeOf(Object.values(response.content ?? {})[0]?.schema ?? {}),
    prose(response.description ?? ""),
  ]);
  return `<article class="card" id="${text(operationId)}"><h3><span class="method">${text(method.toUpperCase())}</span><code>${text(path)}</code></h3><p>${prose(summary)}</p>${description === undefined ? "" : paragraph(description)}<p class="soft">${proofOf(operation)}</p>${table("Parameters", ["Name", "Type", "Meaning"], rows)}${table("Body", ["Content-Type", "Shape"], bodies)}${table("Answers", ["Status", "Body", "Meaning"], answers)}</article>`;
}

function proofOf({ security = [] }: Operation): string {
  if (security.length === 0) return "Open to everybody";
  if (security.some((scheme) => "readKey" in scheme))
    return "Needs a read key: <code>Authorization: Bearer rd_…</code>";
  return security.some((scheme) => Object.keys(scheme).length === 0)
    ? "Signed by a relay, or with the site's public key from an allowed origin"
    : "Signed by a relay";
}

function shapeCard(name: string, schema: ApiSchema): string {
  const rows = Object.entries(schema.properties ?? {}).map(([field, property]) => [
    `<code>${text(field)}</code>`,
    `${typeOf(property)}${schema.required?.includes(field) ? "" : ", may be absent"}`,
    prose(property.description ?? ""),
  ]);
  return `<article class="card" id="schema-${text(name)}"><h3>${text(name)}</h3>${schema.description === undefined ? "" : `<p>${prose(schema.description)}</p>`}${table("Fields", ["Name", "Type", "Meaning"], rows)}</article>`;
}

function typeOf(schema: ApiSchema): string {
  if (schema.$ref !== undefined) {
    const name = schema.$ref.split("/").at(-1) ?? "";
    return `<a href="#schema-${text(name)}">${text(name)}</a>`;
  }
  if (schema.anyOf) return schema.anyOf.map(typeOf).join(" or ");
  if (schema.enum) return schema.enum.map((value) => `<code>${text(String(value))}</code>`).join(" ");
  if (schema.const !== undefined) return `<code>${text(String(schema.const))}</code>`;
  if (schema.type === "array") return `list of ${typeOf(schema.items ?? {})}`;
  if (schema.properties)
    return `object with ${Object.entries(schema.properties)
      .map(([name, property]) => `<code>${text(name)}</code> (${typeOf(property)})`)
      .join(", ")}`;
  if (typeof schema.additionalProperties === "object") return `object of ${typeOf(schema.additionalProperties)}`;
  return schema.type === undefined ? "" : text(schema.type);
}

function table(caption: string, head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return "";
  const cells = (tag: string, row: readonly string[]): string =>
    `<tr>${row.map((cell) => `<${tag}>${cell}</${tag}>`).join("")}</tr>`;
  return `<h4>${caption}</h4><div class="wide"><table><thead>${cells("th", head)}</thead><tbody>${rows.map((row) => cells("td", row)).join("")}</tbody></table></div>`;
}

const paragraph = (source: string): string => `<p>${prose(source)}</p>`;

/** Plain words with `code` in them. */
function prose(source: string): string {
  return text(source).replace(/`([^`]+)`/g, "<code>$1</code>");
}

function text(source: string): string {
  return source.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");
}
