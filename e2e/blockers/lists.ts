import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const places = [
  process.env.UBLOCK,
  "/usr/share/mozilla/extensions/{ec8030f7-c20a-464f-9b0e-13a3a9e97384}/uBlock0@raymondhill.net",
];

/** Where uBlock Origin lies, unpacked; `UBLOCK` names another place. */
export function ublockFolder(): string {
  const found = places.find((place) => place !== undefined && existsSync(join(place, "manifest.json")));
  if (found === undefined)
    throw new Error("no uBlock Origin: install it (Debian: apt-get install webext-ublock-origin-firefox)");
  return found;
}

/** The folder of the lists that uBlock Origin has on for everybody: EasyList, EasyPrivacy and its own. */
export const listsFolder = (): string => join(ublockFolder(), "assets");

/** Those lists' texts. */
export function lists(): readonly string[] {
  const folders = ["thirdparties/easylist", "ublock"].map((folder) => join(listsFolder(), folder));
  const files = folders.flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)));
  // That one names lists that are bad, not requests.
  return files.filter((file) => !file.endsWith("badlists.txt")).map((file) => readFileSync(file, "utf8"));
}
