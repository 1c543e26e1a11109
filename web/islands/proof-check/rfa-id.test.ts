/** People paste addresses; only an id may come out. */
import { expect, test } from "vitest";
import { rfaIdIn } from "./rfa-id";

const id = "abcdefgh234567ab";

test.each([id, ` ${id}\n`, `/rfas/${id}/`, `https://example.org/rfas/${id}/`, `http://127.0.0.1:8000/rfas/${id}.json`, `/rfas/${id}/#text`])("%s names the request", (typed) => {
  expect(rfaIdIn(typed)).toBe(id);
});

test.each(["", "abc", `${id}x`, `/rfas/../${id}`, `https://example.org/agencies/${id}/`, id.toUpperCase()])("%s does not", (typed) => {
  expect(() => rfaIdIn(typed)).toThrow("not the id");
});
