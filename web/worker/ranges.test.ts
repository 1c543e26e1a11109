/** The player's ranges: what browsers really send, and what they must not be given. */
import { describe, expect, test } from "vitest";
import { headersFor, partFor } from "./ranges";

describe("a range", () => {
  test("from the start on is answered by the first part only", () => {
    expect(partFor("bytes=0-", 10_000_000, 1000)).toEqual({ start: 0, end: 1000, status: 206 });
  });
  test("in the middle is answered exactly", () => {
    expect(partFor("bytes=500-599", 1000)).toEqual({ start: 500, end: 600, status: 206 });
  });
  test("of the last bytes counts from the end", () => {
    expect(partFor("bytes=-100", 1000)).toEqual({ start: 900, end: 1000, status: 206 });
    expect(partFor("bytes=-5000", 1000)).toEqual({ start: 0, end: 1000, status: 206 });
  });
  test("beyond the end is cut there, or refused when it starts there", () => {
    expect(partFor("bytes=900-5000", 1000)).toEqual({ start: 900, end: 1000, status: 206 });
    expect(partFor("bytes=1000-", 1000).status).toBe(416);
  });
  test.each(["bytes=-", "bytes=5-4", "items=0-1", "bytes=0-1,4-5", "bytes=-0"])("%s is refused", (range) => {
    expect(partFor(range, 1000).status).toBe(416);
  });
  test("that is not asked gives the whole", () => {
    expect(partFor(null, 10_000_000)).toEqual({ start: 0, end: 10_000_000, status: 200 });
  });
});

test("the headers name the part and the whole", () => {
  expect(headersFor(partFor("bytes=500-599", 1000), 1000)).toMatchObject({ "Content-Range": "bytes 500-599/1000", "Content-Length": "100" });
  expect(headersFor(partFor("bytes=2000-", 1000), 1000)).toMatchObject({ "Content-Range": "bytes */1000" });
});
