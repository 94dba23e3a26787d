import assert from "node:assert/strict";
import { test } from "node:test";

import { ServerClock } from "./server_clock.js";

test("a reader's clock that is wrong by an hour tells the server's time", () => {
  const local = Date.parse("2026-11-22T09:00:00Z");
  const clock = new ServerClock(() => local);
  assert.equal(clock.now(), local);
  clock.hear("2026-11-22T10:00:00Z");
  assert.equal(clock.now(), Date.parse("2026-11-22T10:00:00Z"));
});

test("a ping that was long on its way does not put the clock back", () => {
  const local = Date.parse("2026-11-22T10:00:00Z");
  const clock = new ServerClock(() => local);
  clock.hear("2026-11-22T10:00:00Z");
  clock.hear("2026-11-22T09:59:55Z");
  assert.equal(clock.now(), local);
});

test("a reader's clock that is set anew is followed after a few pings", () => {
  let local = Date.parse("2026-11-22T10:00:00Z");
  const clock = new ServerClock(() => local);
  clock.hear("2026-11-22T10:00:00Z");
  local += 3_600_000;
  for (let i = 0; i < 8; i++) clock.hear("2026-11-22T10:00:00Z");
  assert.equal(clock.now(), Date.parse("2026-11-22T10:00:00Z"));
});

test("what is no instant is passed over", () => {
  const clock = new ServerClock(() => 5);
  clock.hear("soon");
  assert.equal(clock.now(), 5);
});
