import { standsAt, statementsOf, type Token } from "../sql/tokens.js";

/** A statement as MariaDB and MySQL take it: names quoted, conflicts and hints in their words. */
export function translate(sql: string): string {
  return statementsOf(sql).map(written).join(";\n");
}

function written(tokens: readonly Token[]): string {
  const table = tokens.find(({ kind }) => kind === "name")?.text ?? "";
  let text = "";
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at] as Token;
    if (token.kind === "word" && standsAt(tokens, at, "ON", "CONFLICT")) {
      const conflict = conflictAt(tokens, at, table);
      text += conflict.text;
      at = conflict.end;
    } else if (token.kind === "word" && standsAt(tokens, at, "INDEXED", "BY")) {
      while (tokens[at]?.kind !== "name") at++;
      text += `FORCE INDEX (${quoted(tokens[at]?.text ?? "")})`;
    } else if (token.kind === "name" && token.text === "excluded" && tokens[at + 1]?.text === ".") {
      text += `VALUES(${quoted(tokens[at + 2]?.text ?? "")})`;
      at += 2;
    } else text += token.kind === "name" ? quoted(token.text) : token.text;
  }
  return text;
}

/** `ON CONFLICT (a, b) DO NOTHING` or `DO UPDATE SET`, up to its last word. */
function conflictAt(
  tokens: readonly Token[],
  from: number,
  table: string,
): { readonly text: string; readonly end: number } {
  const end = tokens.findIndex(
    ({ kind, text }, at) => at > from && kind === "word" && (text === "NOTHING" || text === "SET"),
  );
  const key = tokens.slice(from, end).find(({ kind }) => kind === "name");
  if (tokens[end]?.text === "SET") return { text: "ON DUPLICATE KEY UPDATE", end };
  if (!key) throw new Error(`a conflict in ${table} does not name its key`);
  // IGNORE would also let texts be cut that are too long.
  const column = `${quoted(table)}.${quoted(key.text)}`;
  return { text: `ON DUPLICATE KEY UPDATE ${column} = ${column}`, end };
}

function quoted(name: string): string {
  return `\`${name}\``;
}

// Each server reads its own comment: https://mariadb.com/kb/en/comment-syntax/
// Unlike utf8mb4_bin, both tell apart texts that differ in blanks at their end.
const tableOptions =
  "ENGINE = InnoDB ROW_FORMAT = DYNAMIC CHARACTER SET utf8mb4 COLLATE /*M! utf8mb4_nopad_bin */ /*!80017 utf8mb4_0900_bin */";

/** Columns with texts that are too long for a key, of which the beginning is looked up. */
const looked = new Set(["strings (text)", "words (text)"]);

/** The statements of a schema step, which is written for SQLite, with the types of MariaDB and MySQL. */
export function render(sql: string): readonly string[] {
  const keys = keyColumns(sql);
  return statementsOf(sql).map((tokens) => {
    const creates = standsAt(tokens, 0, "CREATE", "TABLE");
    const alters = standsAt(tokens, 0, "ALTER", "TABLE");
    if (!creates && !alters) return writtenIndex(tokens);
    const table = tokens.find(({ kind }) => kind === "name")?.text ?? "";
    // What SQLite says of a table stands behind its last parenthesis.
    const end = creates ? tokens.findLastIndex(({ text }) => text === ")") : tokens.length - 1;
    const text = written(withTypes(tokens.slice(0, end + 1), (column) => keys.has(`${table}.${column}`))).trim();
    return creates ? `${text} ${tableOptions}` : text;
  });
}

function writtenIndex(tokens: readonly Token[]): string {
  const partial = standsAt(tokens, 0, "CREATE") ? tokens.findIndex(({ text }) => text === "WHERE") : -1;
  const text = written(partial < 0 ? tokens : tokens.slice(0, partial)).trim();
  // SQLite finds an index by its name alone: each is named after its table, with a word behind.
  const [, dropped, of] = /^DROP INDEX `((\w+)_[a-z]+)`$/.exec(text) ?? [];
  if (dropped !== undefined) return `ALTER TABLE \`${of}\` DROP INDEX \`${dropped}\``;
  const [, unique = "", name, table, columns = ""] =
    /^CREATE (UNIQUE )?INDEX `(\w+)` ON `(\w+)` \((.+)\)$/.exec(text) ?? [];
  if (name === undefined) return text;
  const part = looked.has(`${table} (${columns.replaceAll("`", "")})`) ? "(191)" : "";
  // CREATE INDEX asks for a right of its own, which users who may make tables often lack.
  return `ALTER TABLE \`${table}\` ADD ${unique}INDEX \`${name}\` (${columns}${part})`;
}

const types: { readonly [type: string]: string } = {
  INTEGER: "BIGINT",
  TEXT: "LONGTEXT",
  BLOB: "LONGBLOB",
  REAL: "DOUBLE",
};

/** A key has room for 3072 bytes: https://mariadb.com/kb/en/innodb-limitations/ */
const keyTypes: { readonly [type: string]: string } = { TEXT: "VARCHAR(255)", BLOB: "VARBINARY(255)" };

function withTypes(tokens: readonly Token[], isKey: (column: string) => boolean): readonly Token[] {
  let column = "";
  return tokens.map((token, at): Token => {
    if (token.kind === "name") column = token.text;
    if (token.kind !== "word") return token;
    const numbers = token.text === "INTEGER" && standsAt(tokens, at + 1, "PRIMARY", "KEY");
    const key = isKey(column) || standsAt(tokens, at + 1, "PRIMARY", "KEY");
    const text = numbers ? "BIGINT AUTO_INCREMENT" : ((key ? keyTypes : types)[token.text] ?? types[token.text]);
    return text === undefined ? token : { kind: "word", text };
  });
}

/** The columns of a step that are in keys, as `table.column`: a text may be in one only where its length is bounded. */
function keyColumns(sql: string): ReadonlySet<string> {
  const found = new Set<string>();
  for (const tokens of statementsOf(sql)) {
    const names = tokens.filter(({ kind }) => kind === "name").map(({ text }) => text);
    const text = tokens.map((token) => token.text).join("");
    const creates = standsAt(tokens, 0, "CREATE", "TABLE");
    const table = creates ? names[0] : names[1];
    const lists = creates
      ? text.matchAll(/(?:KEY|UNIQUE) \(([^)]+)\)/g)
      : text.matchAll(/ INDEX \w+ ON \w+ \(([^)]+)\)/g);
    for (const [, list] of lists) {
      for (const column of (list ?? "").split(","))
        if (!looked.has(`${table} (${list})`)) found.add(`${table}.${column.trim()}`);
    }
    if (creates) for (const [, column] of text.matchAll(/(\w+) TEXT NOT NULL UNIQUE/g)) found.add(`${table}.${column}`);
  }
  return found;
}
