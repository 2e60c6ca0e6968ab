import { createHash } from "node:crypto";
import type { Store, StoredKey } from "@isotherm/collector";
import { Argument, Command } from "commander";
import { nearest } from "../config/nearest.js";
import { table } from "../console/table.js";
import type { Context } from "../context.js";
import { CommandError } from "../error.js";
import { type NewKey, publicKey, readKey, relayKey, relaySecret, writeKey } from "../setup/key.js";
import { readSecrets, secretsFile, writeSecrets } from "../setup/secrets.js";
import { mustBeThere, openStore } from "../system/store.js";
import { type CommonFlags, common, configOf } from "./flags.js";
import { keyScopes } from "./key-scopes.js";

interface CreateFlags extends CommonFlags {
  readonly site?: string;
  readonly label?: string;
  readonly ed25519?: boolean;
  readonly scopes?: string;
}

interface RotateFlags extends CommonFlags {
  readonly ed25519?: boolean;
  readonly done?: boolean;
}

/** `isotherm keys list | create | rotate | revoke` */
export function keysCommand(context: Context): Command {
  const keys = new Command("keys")
    .description("list, create, rotate and revoke the keys that a collector knows")
    .addHelpText(
      "after",
      `
Examples:
  $ isotherm keys list
  $ isotherm keys create public --site my-shop     for pages
  $ isotherm keys create read --site my-shop       for a dashboard or a script; opens that site alone
  $ isotherm keys create write --site my-shop      for a server that tells of its visitors
  $ isotherm keys create relay --label edge-1      for a relay on another machine
  $ isotherm keys rotate rk_…                      a second secret beside the first
  $ isotherm keys revoke rk_…

A running collector sees the change within seconds; a relay within a minute.`,
    );
  keys.addCommand(
    common(new Command("list").description("show every key, without its secret")).action(async (flags: CommonFlags) =>
      withStore(context, flags, (store) => list(context, store)),
    ),
  );
  keys.addCommand(
    common(
      new Command("create")
        .description("make a key; what is secret in it is shown this once")
        .addArgument(new Argument("<kind>", "what it is for").choices(["public", "read", "write", "relay"]))
        .option(
          "--site <id>",
          "the site that it opens (public, write: needed if there are several; read: all when absent)",
        )
        .option("--label <text>", "what to remember it by")
        .option(
          "--scopes <list>",
          "read: what it may, of stats, visitors, export, erase, keys (stats,visitors when absent)",
        )
        .option("--ed25519", "relay: a private key, of which the collector keeps the public half alone")
        .addHelpText(
          "after",
          `
Examples:
  $ isotherm keys create public --site my-shop --label "after the redesign"
  $ isotherm keys create read --label "weekly report" --scopes stats
  $ isotherm keys create relay --label edge-1`,
        ),
    ).action(async (kind: StoredKey["kind"], flags: CreateFlags) =>
      withStore(context, flags, (store) => create(context, store, kind, flags)),
    ),
  );
  keys.addCommand(
    common(
      new Command("rotate")
        .description("give a relay key a second secret, and with --done take the first one from it")
        .argument("<id>", "as isotherm keys list shows it")
        .option("--ed25519", "the new one is a private key, of which the collector keeps the public half alone")
        .option("--done", "the relay signs with the new one: refuse the old one from now on")
        .addHelpText(
          "after",
          `
Examples:
  $ isotherm keys rotate rk_…            shows the new secret; the collector believes both
  $ isotherm keys rotate rk_… --done     once every relay has it`,
        ),
    ).action(async (id: string, flags: RotateFlags) =>
      withStore(context, flags, (store, data) => rotate(context, { store, data }, id, flags)),
    ),
  );
  keys.addCommand(
    common(
      new Command("revoke")
        .description("refuse a key from now on")
        .argument("<id>", "as isotherm keys list shows it")
        .addHelpText("after", "\nExample:\n  $ isotherm keys revoke rk_…"),
    ).action(async (id: string, flags: CommonFlags) =>
      withStore(context, flags, (store) => revoke(context, store, id)),
    ),
  );
  return keys;
}

async function withStore(
  context: Context,
  flags: CommonFlags,
  use: (store: Store, data: string) => Promise<void>,
): Promise<void> {
  const config = await configOf(context, flags);
  mustBeThere(config.collector);
  const store = await openStore(config.collector, { threads: false });
  await use(store, config.data).finally(() => store.close());
}

async function list({ terminal: { print } }: Context, store: Store): Promise<void> {
  const { keys } = await store.registry();
  if (keys.length === 0) return print("No keys yet. isotherm init makes the first.");
  const rows = [...keys]
    .sort((a, b) => a.kind.localeCompare(b.kind) || a.createdAt - b.createdAt)
    .map((key) => [key.kind, key.id, key.site ?? "every site", day(key.createdAt), state(key), key.label]);
  for (const line of table([["KIND", "ID", "SITE", "MADE", "STATE", "LABEL"], ...rows])) print(line);
}

async function create(context: Context, store: Store, kind: StoredKey["kind"], flags: CreateFlags): Promise<void> {
  const { print, paint } = context.terminal;
  const { sites } = await store.registry();
  const ids = sites.map((site) => site.id);
  if (flags.site !== undefined && !ids.includes(flags.site)) throw siteUnknown(flags.site, ids);
  const request = { label: flags.label ?? "", now: context.now() };
  if (flags.ed25519 === true && kind !== "relay") {
    throw new CommandError("usage_invalid", `--ed25519: a ${kind} key signs nothing; leave it out`);
  }
  const scopes = flags.scopes === undefined ? {} : { scopes: keyScopes(kind, flags.scopes) };
  const made = await make(kind, { ...request, ed25519: flags.ed25519 ?? false }, flags.site, ids);
  await store.putKey({ ...made.stored, ...scopes });
  print(`${paint.bold(made.stored.id)}  ${kind} key for ${made.stored.site ?? "every site"}`);
  if (kind === "read" || kind === "write") print(`Key      ${made.shown}  (shown this once)`);
  if (kind === "relay") tellRelay(context, made.stored.id, made.shown);
}

function tellRelay({ terminal: { print } }: Context, id: string, secret: string): void {
  print(`Secret   ${secret}  (shown this once)`);
  print("On the relay's machine:");
  print(`  ISOTHERM_RELAY_COLLECTOR_KEY_ID=${id}`);
  print(`  ISOTHERM_RELAY_COLLECTOR_SECRETS=${secret}`);
}

async function rotate(
  context: Context,
  { store, data }: { readonly store: Store; readonly data: string },
  id: string,
  flags: RotateFlags,
): Promise<void> {
  const { print } = context.terminal;
  const key = await keyOf(store, id);
  if (key.kind !== "relay" || key.secret === null) {
    throw new CommandError("usage_invalid", `${key.id} is a ${key.kind} key; make another and revoke this one`);
  }
  if (key.revokedAt !== null) throw new CommandError("usage_invalid", `${key.id} was revoked; make another`);
  const kept = key.secret.split(" ");
  const newest = kept.at(-1) as string;
  if (flags.done === true) {
    if (kept.length === 1) return print(`${key.id} has one secret; nothing is to be done.`);
    await store.putKey({ ...key, secret: newest });
    return print(`${key.id} is believed with its newest secret alone.`);
  }
  if (kept.length > 1) {
    const fix = `run isotherm keys rotate ${key.id} --done, once every relay signs with the newest`;
    throw new CommandError("usage_invalid", `${key.id} has two secrets already; ${fix}`);
  }
  const fresh = await relaySecret(flags.ed25519 ?? false);
  await store.putKey({ ...key, secret: `${newest} ${fresh.kept}` });
  print(`${key.id} is believed with the old secret and with this one.`);
  const secrets = await readSecrets(data);
  if (secrets.relay?.keyId === key.id) {
    await writeSecrets(data, { ...secrets, relay: { keyId: key.id, secret: fresh.shown } });
    print(`The relay of isotherm serve on this machine signs with it from its next start: ${secretsFile(data)}`);
  }
  tellRelay(context, key.id, fresh.shown);
  print(`Then: isotherm keys rotate ${key.id} --done`);
}

async function make(
  kind: StoredKey["kind"],
  request: { readonly label: string; readonly now: number; readonly ed25519: boolean },
  site: string | undefined,
  ids: readonly string[],
): Promise<NewKey> {
  if (kind === "relay") return relayKey(request);
  if (kind === "read") return readKey({ ...request, site: site ?? null });
  const only = site ?? (ids.length === 1 ? ids[0] : undefined);
  if (only !== undefined) return (kind === "write" ? writeKey : publicKey)({ ...request, site: only });
  const fix = ids.length === 0 ? "isotherm init makes the first site" : `choose one of ${ids.join(", ")}`;
  throw new CommandError("usage_invalid", `--site: a ${kind} key opens one site; ${fix}`);
}

async function keyOf(store: Store, id: string): Promise<StoredKey> {
  const { keys } = await store.registry();
  // Whoever has the key itself, and not the id that lists show, may paste that.
  const hash = createHash("sha256").update(id).digest("hex");
  const key = keys.find((one) => one.id === id || one.secret === hash);
  if (key === undefined) {
    const meant = nearest(
      id,
      keys.map((one) => one.id),
    );
    const fix = meant === undefined ? "isotherm keys list shows what there is" : `did you mean ${meant}?`;
    throw new CommandError("key_unknown", `no key has the id ${id.replace(/^(rd|wr)_.*/, "$1_…")}; ${fix}`);
  }
  return key;
}

async function revoke({ terminal: { print }, now }: Context, store: Store, id: string): Promise<void> {
  const key = await keyOf(store, id);
  if (key.revokedAt !== null) return print(`${key.id} was revoked on ${day(key.revokedAt)} already.`);
  await store.putKey({ ...key, revokedAt: now() });
  print(`Revoked ${key.id}.`);
}

function siteUnknown(id: string, ids: readonly string[]): CommandError {
  const meant = nearest(id, ids);
  const fix =
    meant === undefined
      ? `there is ${ids.join(", ") || "none yet; isotherm init makes one"}`
      : `did you mean ${meant}?`;
  return new CommandError("site_unknown", `--site: ${id} is unknown; ${fix}`);
}

function state({ revokedAt }: StoredKey): string {
  return revokedAt === null ? "valid" : `revoked ${day(revokedAt)}`;
}

function day(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}
