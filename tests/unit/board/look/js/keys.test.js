import assert from "node:assert/strict";
import { test } from "node:test";

import { isMeant } from "./keys.js";

const plain = { key: "a", ctrlKey: false, metaKey: false, altKey: false, isComposing: false, defaultPrevented: false };
/** An element that is within one of the kinds. */
const within = (...kinds) => ({
  closest: (selector) => (selector.split(/,(?![^(]*\))/).some((each) => kinds.includes(each.trim().split(":")[0])) ? {} : null),
});

test("a key outside of fields is meant for the page", () => {
  assert.equal(isMeant({ ...plain, target: within("body") }), true);
  assert.equal(isMeant({ ...plain, target: within("button") }), true);
});

test("a key in a field or a dialog is not", () => {
  for (const kind of ["input", "textarea", "select", "dialog", "[contenteditable]"]) {
    assert.equal(isMeant({ ...plain, target: within(kind) }), false, kind);
  }
});

test("a key of the browser is not", () => {
  for (const held of ["ctrlKey", "metaKey", "altKey", "isComposing", "defaultPrevented"]) {
    assert.equal(isMeant({ ...plain, [held]: true, target: within("body") }), false, held);
  }
});

test("Enter on a link or a button presses that", () => {
  assert.equal(isMeant({ ...plain, key: "Enter", target: within("a") }), false);
  assert.equal(isMeant({ ...plain, key: "Enter", target: within("body") }), true);
});
