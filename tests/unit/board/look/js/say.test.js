import assert from "node:assert/strict";
import { test } from "node:test";

import { digest } from "./say.js";
import { fill, word } from "./words.js";

test("nobody has to listen to the same thing twice, or for long", () => {
  assert.equal(digest(["one", "two", "one"]), "one two");
  assert.equal(digest(["1", "2", "3", "4", "5", "6"]), "1 2 3 (+3)");
});

test("a phrase is filled in, and a place without a value stays to be seen", () => {
  assert.equal(fill("{a} of {b}", { a: 1 }), "1 of {b}");
});

test("without a catalogue a phrase is said in English", () => {
  assert.equal(word("{time} left", { time: "4:07" }), "4:07 left");
});
