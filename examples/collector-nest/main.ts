import "reflect-metadata";
import { createCollector } from "@isotherm/collector";
import { sqliteStore } from "@isotherm/collector/sqlite";
import { fileJournal } from "@isotherm/journal/file";
import { Bind, Body, Controller, Get, HttpCode, Module, Post } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";

const { PORT, DATA = "data" } = process.env;

@Controller()
class Pages {
  @Get()
  home() {
    return "the app's own page";
  }

  @Post("orders")
  @HttpCode(200)
  @Bind(Body())
  order({ book }: { readonly book: string }) {
    return { ordered: book };
  }
}

@Module({ controllers: [Pages] })
class AppModule {}

const store = await sqliteStore({ file: `${DATA}/isotherm.db` });
const journal = await fileJournal({ folder: `${DATA}/journal` });
const collector = await createCollector({
  folder: DATA,
  journal,
  store,
  onBeforeInsert: (batch) => (/bot/i.test(batch.edge.ua ?? "") ? null : batch),
});

const app = await NestFactory.create(AppModule, { logger: false, forceCloseConnections: true });
// NestJS reads bodies from `listen` on: what is used before that comes first.
app.use("/stats", collector.handler);
const server = await app.listen(Number(PORT), "127.0.0.1");
console.log(`listening on ${server.address().port}`);

process.once("SIGTERM", async () => {
  await collector.close();
  await app.close();
  await journal.close();
  await store.close();
});
