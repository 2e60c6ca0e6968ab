import { beforeEach, describe, expect, test } from "vitest";
import { keyIn, keyRing } from "../../../src/app/state/key.js";

const key = `rd_${"aB3".repeat(10)}xy`;
const other = `rd_${"z".repeat(32)}`;

beforeEach(() => {
  sessionStorage.clear();
  localStorage.clear();
  history.replaceState(null, "", "/");
});

describe("keyIn", () => {
  test("finds the key in what was pasted", () => {
    expect(keyIn(`  ${key}\n`)).toBe(key);
    expect(keyIn(`http://127.0.0.1:8788/#key=${key}`)).toBe(key);
  });

  test("refuses what is no read key", () => {
    for (const text of ["", "rd_", "pk_aaaaaaaaaaaaaaaaaaaaaaaa", key.slice(0, -1), `${key}x`]) {
      expect(keyIn(text)).toBeNull();
    }
  });
});

describe("keyRing", () => {
  test("takes a key from the address once and leaves no trace of it there", () => {
    history.replaceState(null, "", `/?kind=move#key=${key}`);
    const ring = keyRing(window);
    ring.takeFromAddress();
    expect(ring.key.value).toBe(key);
    expect(location.href.endsWith("/?kind=move")).toBe(true);
    expect(keyRing(window).key.value).toBe(key);
    expect(localStorage.length).toBe(0);
  });

  test("cleans the address of a broken key and keeps the one it has", () => {
    keyRing(window).keep(key, "tab");
    history.replaceState(null, "", "/#key=rd_broken");
    const ring = keyRing(window);
    ring.takeFromAddress();
    expect(ring.key.value).toBe(key);
    expect(location.hash).toBe("");
  });

  test("keeps a key in one place only", () => {
    const ring = keyRing(window);
    ring.keep(key, "device");
    expect([sessionStorage.length, localStorage.length]).toEqual([0, 1]);
    ring.keep(other, "tab");
    expect([sessionStorage.length, localStorage.length]).toEqual([1, 0]);
    expect(keyRing(window).key.value).toBe(other);
    ring.forget();
    expect([sessionStorage.length, localStorage.length]).toEqual([0, 0]);
    expect(ring.key.value).toBeNull();
  });

  test("keeps the keys of two dashboards under one origin apart", () => {
    history.replaceState(null, "", "/shop/stats/");
    keyRing(window).keep(key, "tab");
    history.replaceState(null, "", "/blog/stats/");
    expect(keyRing(window).key.value).toBeNull();
  });
});
