/** A piece of a statement. */
export interface Token {
  /** A `word` is a keyword, a type or a function; a `name` is of the schema or of the statement, without its quotes. */
  readonly kind: "word" | "name" | "text" | "value" | "space" | "sign";
  readonly text: string;
}

const pieces = /'(?:[^']|'')*'|"[^"]+"|[A-Za-z_]\w*|\d[\d.]*|\s+|--[^\n]*|./gs;

/**
 * Reads a statement of ours. Keywords are in capitals, a function stands right before its parenthesis; every other word is
 * a name. So a name need not be quoted where it is written, whatever a database reserves.
 */
export function tokensOf(sql: string): readonly Token[] {
  return [...sql.matchAll(pieces)].map(({ 0: text, index }): Token => {
    if (text.startsWith("'")) return { kind: "text", text };
    if (text.startsWith('"')) return { kind: "name", text: text.slice(1, -1) };
    if (text === "?") return { kind: "value", text };
    if (/^\s|^--/.test(text)) return { kind: "space", text: " " };
    if (!/^[A-Za-z_]/.test(text)) return { kind: "sign", text };
    const calls = sql[index + text.length] === "(";
    return { kind: /[a-z]/.test(text) && !calls ? "name" : "word", text };
  });
}

/** The statements of a script, without their semicolons. */
export function statementsOf(sql: string): readonly (readonly Token[])[] {
  const statements: Token[][] = [[]];
  for (const token of tokensOf(sql)) {
    if (token.text === ";" && token.kind === "sign") statements.push([]);
    else statements.at(-1)?.push(token);
  }
  return statements.filter((tokens) => tokens.some(({ kind }) => kind !== "space"));
}

/** Whether these words and names stand at a place, blanks between them left out. */
export function standsAt(tokens: readonly Token[], at: number, ...wanted: readonly string[]): boolean {
  let next = at;
  for (const text of wanted) {
    while (tokens[next]?.kind === "space") next++;
    if (tokens[next]?.text !== text) return false;
    next++;
  }
  return true;
}
