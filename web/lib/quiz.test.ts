/** The quiz must ask for two different words and must not pass on nothing. */
import { expect, test } from "vitest";
import { isSameWord, twoPlaces } from "./quiz";

test("the two places are always different, in order, and within the words", () => {
  for (let x = 0; x < 256; x++) {
    for (const y of [0, 1, 8, 9, 255]) {
      const [a, b] = twoPlaces(10, () => Uint8Array.of(x, y));
      expect(a).toBeLessThan(b);
      expect(b).toBeLessThan(10);
    }
  }
});

test("a word typed in capitals with a space counts, an empty one never", () => {
  expect(isSameWord(" Abacus ", "abacus")).toBe(true);
  expect(isSameWord("abacu", "abacus")).toBe(false);
  expect(isSameWord("", "")).toBe(false);
});
