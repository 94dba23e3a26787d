import assert from "node:assert/strict";
import { test } from "node:test";

import { Pace, streamAddress } from "./pace.js";

test("a stream is stale when nothing was heard for twenty seconds", () => {
  const pace = new Pace();
  assert.equal(pace.isStale(20_000, 0), false);
  assert.equal(pace.isStale(20_001, 0), true);
  pace.heard(20_001);
  assert.equal(pace.isStale(40_001, 0), false);
  assert.equal(pace.isStale(40_002, 0), true);
});

test("tries come further and further apart, never more than half a minute, and start anew once it was heard", () => {
  const pace = new Pace();
  const waits = [1, 2, 3, 4, 5, 6, 7, 8].map(() => pace.failed(1));
  assert.deepEqual(waits, [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
  pace.heard(0);
  assert.equal(pace.failed(0), 500);
});

test("the address of the stream keeps the page's filters and names what is known", () => {
  const told = { isUnchanged: false };
  assert.equal(streamAddress("/live/board?team=a&team=b", "17", told), "/live/board?team=a&team=b&since=17");
  assert.equal(streamAddress("/live/wall", "0", told), "/live/wall?since=0");
  assert.equal(streamAddress("/live/wall?since=3", "9", told), "/live/wall?since=9");
});

test("a page that was told nothing yet says so", () => {
  assert.equal(streamAddress("/live/wall", "4", { isUnchanged: true }), "/live/wall?since=4&unchanged=1");
});
