import assert from "node:assert/strict";
import { test } from "node:test";

import { place } from "./patch.js";

test("an element stands before the first sibling of a higher order", () => {
  assert.equal(place(["a", "c", "e"], "b"), 1);
  assert.equal(place(["a", "c", "e"], "f"), 3);
  assert.equal(place([], "a"), 0);
});

test("among equals the newcomer is last", () => {
  assert.equal(place(["a", "b", "b", "c"], "b"), 3);
});

test("siblings without an order are passed over", () => {
  assert.equal(place([null, "b", null], "a"), 1);
  assert.equal(place([null, null], "a"), 2);
});
