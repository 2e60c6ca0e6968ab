import { parseUrl } from "@isotherm/protocol";
import { expect, test } from "vitest";

test.each([
  ["https://shop.example/größe?q=1", undefined, "https://shop.example/gr%C3%B6%C3%9Fe?q=1"],
  ["https://bücher.example", undefined, "https://xn--bcher-kva.example/"],
  ["/é", "https://shop.example/", "https://shop.example/%C3%A9"],
  ["not an address", undefined, undefined],
  ["", undefined, undefined],
])("reads %j from %j, however often it is asked", (text, base, href) => {
  // Far beyond the calls after which `URL.canParse` is optimised.
  for (let call = 0; call < 20_000; call++) if (parseUrl(text, base)?.href !== href) expect(call).toBe("as the first");
  expect(parseUrl(text, base)?.href).toBe(href);
});
