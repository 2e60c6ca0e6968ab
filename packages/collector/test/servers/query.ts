import mysql from "mysql2/promise";
import pg from "pg";

/** Runs a statement on a server, over a connection of its own, and gives the first column of its rows. */
export async function serverQuery(url: string, sql: string): Promise<readonly string[]> {
  if (url.startsWith("mysql:")) {
    const client = await mysql.createConnection({ uri: url, rowsAsArray: true });
    try {
      const [rows] = await client.query(sql);
      return Array.isArray(rows) ? (rows as string[][]).map(([first]) => first as string) : [];
    } finally {
      await client.end();
    }
  }
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => undefined);
  await client.connect();
  try {
    const { rows } = await client.query<string[]>({ text: sql, rowMode: "array" });
    return rows.map(([first]) => first as string);
  } finally {
    await client.end();
  }
}
