import assert from "node:assert/strict";
import { test } from "node:test";

import { countdownText, Instants, lengthText, urgency } from "./times.js";

test("a countdown tells minutes and seconds in the last hour, then what is over", () => {
  assert.equal(countdownText(247_000), "4:07 left");
  assert.equal(countdownText(247_999), "4:07 left");
  assert.equal(countdownText(0), "0:00 left");
  assert.equal(countdownText(-1), "0 s over");
  assert.equal(countdownText(-12 * 60_000), "12 min over");
  assert.equal(countdownText(11_100_000), "3 h 05 min left");
});

test("a length is told in its two largest units", () => {
  assert.equal(lengthText(45), "45 s");
  assert.equal(lengthText(6 * 3600), "6 h");
  assert.equal(lengthText(7 * 86_400), "7 d");
  assert.equal(lengthText(86_400 * 2 + 3600 * 4 + 59), "2 d 4 h");
});

test("a countdown is soon in its last minute and over after it", () => {
  assert.equal(urgency(60_000), "");
  assert.equal(urgency(59_999), "soon");
  assert.equal(urgency(0), "soon");
  assert.equal(urgency(-1), "over");
});

test("an instant is told in the zone that was chosen, with its day only when that is another one", () => {
  const berlin = new Instants("en", "Europe/Berlin");
  const now = Date.parse("2026-11-22T09:42:00Z");
  assert.equal(berlin.clock(now, now), "10:42");
  assert.equal(berlin.clock(Date.parse("2026-11-21T22:30:00Z"), now), "Nov 21, 23:30");
  assert.equal(berlin.clock(Date.parse("2025-11-21T22:30:00Z"), now), "Nov 21, 2025, 23:30");
  assert.match(berlin.full(now), /10:42:00 \(Europe\/Berlin\)$/);
});

test("how long ago is told in one unit", () => {
  const instants = new Instants("de", "UTC");
  const now = Date.parse("2026-11-22T09:42:00Z");
  assert.equal(instants.ago(now - 180_000, now), "vor 3 Min.");
  assert.equal(instants.ago(now + 2 * 86_400_000, now), "in 2 Tagen");
});
