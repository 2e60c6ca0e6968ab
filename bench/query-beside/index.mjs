import { mkdir } from "node:fs/promises";
import { Agent, get } from "node:http";
import { join } from "node:path";
import { load } from "../http/load.mjs";
import { withPostgres } from "../http/postgres.mjs";
import { heatRequests } from "../http/requests.mjs";
import { startServer, withServer } from "../http/server.mjs";
import { eventsPerBatch, visits } from "../http/visits.mjs";
import { inFolder } from "../in-folder.mjs";
import { readKey } from "../ingest/read-key.mjs";
import { interleave } from "../interleave.mjs";
import { version } from "../version.mjs";
import { agree } from "./agree.mjs";
import { questions } from "./questions.mjs";

/** heat-collector takes as long for each request as others for dozens: more would take it hours. */
const mostEvents = 100_000;
/** Page views come in visits of four by fifty visitors at a time; so many of them end no day in the middle of a visit. */
const days = 5;
const wholeDays = 200 * days;
const rounds = 15;
const warmUps = 3;
const isotherm = new URL("../ingest/contenders/isotherm.mjs", import.meta.url);
const theirs = new URL("../ingest/contenders/heat-collector.mjs", import.meta.url);

/**
 * The same questions to Isotherm on SQLite, to Isotherm on PostgreSQL, and to heat-collector, after the same requests of
 * heat-sdk's: each answer is held against the others' before anything is timed.
 *
 * @param {{ print: (line: string) => void, events: number }} options
 */
export async function queryBeside({ print, events }) {
  const count = Math.ceil(Math.min(events, mostEvents) / eventsPerBatch / wholeDays) * wholeDays;
  const views = visits({ count, days });
  const requests = heatRequests(views).map((request, n) => ({
    ...request,
    headers: { ...request.headers, "x-forwarded-for": views[n].address },
  }));
  const measured = await withPostgres((postgres) =>
    inFolder(async (folder) => {
      const start = async (name, file, ...args) => {
        await mkdir(join(folder, name));
        return startServer(file, [join(folder, name), ...args]);
      };
      return withServer(
        () => start("sqlite", isotherm, "", "0"),
        (sqlite) =>
          withServer(
            () => start("postgres", isotherm, "", "0", postgres.url),
            (onPostgres) =>
              withServer(
                () => start("heat-collector", theirs),
                async (heat) => {
                  const servers = { sqlite, postgres: onPostgres, heat };
                  for (const [name, server] of Object.entries(servers)) {
                    print(`query-beside: ${requests.length} requests to ${name}`);
                    // One after the other, in the order in which pages were seen: heat-collector believes who comes first.
                    await load(server.url, requests, { lines: 1 });
                    await server.settled();
                  }
                  return { rows: await measure(servers, print), postgres: postgres.version };
                },
              ),
          ),
      );
    }),
  );
  if (measured === null)
    throw new Error("no PostgreSQL: install it (Debian: apt-get install postgresql), or leave query-beside out");
  return section(measured, views.length);
}

async function measure(servers, print) {
  const agent = new Agent({ keepAlive: true });
  try {
    const project = await projectOf(servers.heat, agent);
    const asking = (name) => (question) =>
      ask(agent, servers[name].url, question.path.replace(":id", name === "heat" ? project : "shop"));
    const rows = [];
    for (const question of questions) {
      const asked = question.kind === "own" ? ["sqlite", "postgres"] : ["sqlite", "postgres", "heat"];
      const answers = {};
      for (const name of asked) answers[name] = (await asking(name)(question)).text;
      agree(question, answers);
      const timed = Object.fromEntries(asked.map((name) => [name, async () => (await asking(name)(question)).ms]));
      await interleave(timed, warmUps);
      rows.push({ name: question.name, ...(await interleave(timed, rounds)) });
      print(`query-beside: ${question.name}: all ${asked.length} answer the same`);
    }
    return rows;
  } finally {
    agent.destroy();
  }
}

/** heat-collector chooses the project's id itself, and says it with every answer to a request of heat-sdk's. */
async function projectOf({ url }, agent) {
  const { text } = await ask(agent, url, "/api/sessions/session-7?limit=1");
  return JSON.parse(text).session.projectId;
}

function ask(agent, url, path) {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    get(`${url}${path}`, { agent, headers: { authorization: `Bearer ${readKey.text}` } }, (response) => {
      const parts = [];
      response.on("data", (part) => parts.push(part));
      response.on("error", reject);
      response.on("end", () => {
        const ms = performance.now() - started;
        const text = Buffer.concat(parts).toString("utf8");
        if (response.statusCode === 200) resolve({ ms, text });
        else reject(new Error(`${path} was answered ${response.statusCode}: ${text}`));
      });
    }).on("error", reject);
  });
}

function section({ rows, postgres }, batches) {
  const times = (number, unit) => (number === undefined ? "–" : (number / unit).toFixed(1));
  return {
    title: "Queries on another store, and beside heat-collector",
    intro: `The same questions over HTTP to Isotherm on SQLite, to Isotherm on PostgreSQL ${postgres} on the same machine, and to heat-collector ${version("@m-software-engineering/heat-collector")} on SQLite, each a process of its own, after the same ${batches.toLocaleString("en")} requests of heat-sdk's with ${(batches * eventsPerBatch).toLocaleString("en")} events. Medians of ${rounds} rounds in which they take turns, in milliseconds.`,
    columns: [
      "question",
      "SQLite ms",
      "PostgreSQL ms",
      "heat-collector ms",
      "PostgreSQL beside SQLite",
      "heat-collector beside SQLite",
    ],
    rows: rows.map(({ name, sqlite, postgres: server, heat }) => [
      name,
      sqlite.toFixed(1),
      server.toFixed(1),
      heat === undefined ? "–" : heat.toFixed(1),
      times(server, sqlite),
      times(heat, sqlite),
    ]),
    notes: [
      "Every answer was compared with the others' before it was timed, and agreed: cells of heatmaps, rows, sessions, and each number that Isotherm gives on both of its stores. Only the first five are questions that heat-collector answers.",
      "Isotherm asks whoever asks for a read key, and notes who looked at a session; heat-collector answers everybody.",
    ],
  };
}
