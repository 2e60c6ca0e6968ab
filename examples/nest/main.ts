import "reflect-metadata";
import { fileJournal } from "@isotherm/journal/file";
import { createRelay } from "@isotherm/relay";
import { relayNode } from "@isotherm/relay/server";
import { Controller, Get, Module } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";

const { PORT, DATA = "data", COLLECTOR_URL = "", RELAY_KEY_ID = "", RELAY_SECRET = "" } = process.env;

@Controller()
class Pages {
  @Get()
  home() {
    return "the app's own page";
  }
}

@Module({ controllers: [Pages] })
class AppModule {}

const journal = await fileJournal({ folder: `${DATA}/journal` });
const relay = await createRelay({
  folder: DATA,
  journal,
  paths: { intake: "/f3k9q2w7", script: "/h2m4x8b1" },
  sdkFolder: "node_modules/@isotherm/sdk/dist/script",
  targets: [{ type: "isotherm", url: COLLECTOR_URL, keyId: RELAY_KEY_ID, secrets: [RELAY_SECRET] }],
});

const app = await NestFactory.create(AppModule, { logger: false });
// NestJS reads bodies from `listen` on: what is used before that comes first.
app.use(relayNode(relay));
const server = await app.listen(Number(PORT), "127.0.0.1");
console.log(`listening on ${server.address().port}`);

process.once("SIGTERM", async () => {
  await app.close();
  await relay.close();
  await journal.close();
});
