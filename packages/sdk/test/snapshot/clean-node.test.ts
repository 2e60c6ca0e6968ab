import { faultInTree } from "@isotherm/protocol/validate";
import { afterEach, describe, expect, test } from "vitest";
import { cleanNode, type PictureNode } from "../../src/snapshot/clean-node.js";

// What rrweb-snapshot does by itself, as masking texts, is tested in a browser: happy-dom's nodes tell it no text.
afterEach(() => {
  document.body.innerHTML = "";
});

/** A tree with every attribute and text, cleaned. */
function cleaned(
  html: string,
  typed: readonly string[] = [],
): { readonly text: string; find(tag: string): PictureNode } {
  document.body.innerHTML = html;
  const nodes: Node[] = [];
  const nodeOf = (node: Node): PictureNode => {
    const id = nodes.push(node);
    if (!(node instanceof Element)) return { id, ...{ type: 3, textContent: node.textContent ?? "" } };
    const attributes = Object.fromEntries([...node.attributes].map(({ name, value }) => [name, value]));
    const childNodes = [...node.childNodes].map(nodeOf);
    return { id, ...{ type: 2, tagName: node.localName, attributes, childNodes } };
  };
  const root = { id: 0, ...{ type: 0 }, childNodes: [nodeOf(document.documentElement)] };
  const tree = cleanNode(root, {
    hide: (text) => typed.reduce((rest, value) => rest.split(value).join("*"), text),
    elementOf: (id) => nodes[id - 1] ?? null,
    masked: "[data-iso-mask]",
  });
  const text = JSON.stringify(tree);
  expect(faultInTree(new TextEncoder().encode(text))).toBeUndefined();
  const all: PictureNode[] = [];
  const walk = (node: PictureNode): void => {
    all.push(node);
    node.childNodes?.forEach(walk);
  };
  walk(tree);
  const find = (tag: string): PictureNode => {
    const found = all.find(({ tagName }) => tagName === tag);
    if (!found) throw new Error(`the picture has no ${tag}: ${text}`);
    return found;
  };
  return { text, find };
}

describe("a cleaned tree", () => {
  test("shows texts, names and classes, by which elements are found again", () => {
    const { text, find } = cleaned('<main id="order" data-iso="box"><p class="price big">5 €</p></main>');
    expect(text).toContain("5 €");
    expect(find("main").attributes).toEqual({ id: "order", "data-iso": "box" });
    expect(find("p").attributes).toEqual({ class: "price big" });
  });

  test("holds nothing that runs, embeds, or leads elsewhere", () => {
    const { text } = cleaned(
      `<script>secret()</script><noscript>secret</noscript><button onclick="secret()" onMouseOver="secret()">Go</button>
       <a href=" javascript:secret()">run</a><a href="data:text/html,secret">data</a><object data="/secret"></object>
       <iframe srcdoc="<p>secret</p>"></iframe><img src="data:image/png;base64,secret" srcset="data:secret 2x">
       <link rel="preload" href="/secret.js"><meta name="csrf-token" content="secret"><base href="/secret/">`,
    );
    expect(text).not.toMatch(/secret|"(script|object|base|onclick)"/i);
    expect(text).toContain("Go");
  });

  test("cuts addresses as pages' are, in links, forms and images", () => {
    const { text, find } = cleaned(
      `<a href="/next?utm_source=x&token=secret#part">next</a><form action="/send?session=secret"></form>
       <img src="/a.png?signature=secret" srcset="/a.png?secret=1 1x, /b.png 2x"><a href="mailto:secret@shop.example">m</a>
       <svg><use href="/icons.svg?secret=1#cart"></use><path xlink:href="#shape"></path></svg>`,
    );
    expect(text).not.toContain("secret");
    const own = location.origin;
    expect(find("a").attributes?.href).toBe(`${own}/next?utm_source=x`);
    expect(find("form").attributes?.action).toBe(`${own}/send`);
    expect(find("img").attributes).toMatchObject({ src: `${own}/a.png`, srcset: `${own}/a.png 1x, ${own}/b.png 2x` });
    expect(find("use").attributes?.href).toBe(`${own}/icons.svg#cart`);
    expect(find("path").attributes?.["xlink:href"]).toBe("#shape");
  });

  test.each(["text", "password", "email", "tel", "search", "hidden", "number", "checkbox", "unheard-of"])(
    "holds no value of a field of type %s",
    (type) => {
      const { text } = cleaned(
        `<input type="${type}" value="4242secret" checked aria-valuenow="4242" placeholder="Words">`,
      );
      expect(text).not.toMatch(/4242|secret|checked/);
      expect(text).toContain("Words");
    },
  );

  test("holds nothing of what was written or chosen, wherever the page repeats it", () => {
    const { text, find } = cleaned(
      `<h1>Results for my words</h1><div data-replicated-value="my words"><textarea>my words</textarea></div>
       <select><option value="usd" selected>Dollar</option></select>`,
      ["my words"],
    );
    expect(text).not.toMatch(/my words|usd|selected/);
    expect(text).toContain("Results for *");
    expect(text).toContain("Dollar");
    expect(find("textarea").childNodes).toEqual([]);
  });

  test("leaves buttons what they are called, and lists and meters their numbers", () => {
    const { text } = cleaned('<input type="submit" value="Buy"><li value="7"></li><meter value="0.7"></meter>');
    for (const value of ['"Buy"', '"7"', '"0.7"']) expect(text).toContain(value);
  });

  test("masks attributes that speak, inside of what is masked", () => {
    const { text } = cleaned(
      `<p data-iso-mask title="secret" data-iso="name"><b data-user="secret" aria-label="secret"></b><img alt="secret">
       <input type="submit" value="secret"></p><p title="open"></p>`,
    );
    expect(text).not.toContain("secret");
    expect(text).toContain("open");
    expect(text).toContain('"data-iso":"name"');
  });
});
