/** The one stream of the page: what happens reaches it, and it says when it does not any more. */

import { timeOfDay } from "./clock.js";
import { dirtyForms } from "./forms.js";
import { Pace, STALE_AFTER, streamAddress } from "./pace.js";
import { apply } from "./patch.js";
import { alert, say, toast } from "./say.js";
import { server } from "./server_clock.js";
import { word } from "./words.js";

const RELOADS = "reloads-of-a-reset";

/** @type {EventSource | null} */
let source = null;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let retry;
let seq = "0";
let openedAt = 0;
let isUnchanged = true;
let state = "";
const pace = new Pace();

/** Follow the stream that the page names, if it names one. */
export function start() {
  const { live, seq: rendered } = document.body.dataset;
  if (!live || source) return;
  seq = rendered ?? "0";
  open();
  setInterval(watch, 1000);
  addEventListener("pagehide", close);
  addEventListener("pageshow", (event) => event.persisted && open());
}

function open() {
  close();
  openedAt = Date.now();
  if (state !== "stale") mark("connecting");
  source = new EventSource(streamAddress(document.body.dataset.live ?? "", seq, { isUnchanged }));
  source.addEventListener("hello", (event) => heard(event, JSON.parse(event.data).now));
  source.addEventListener("ping", (event) => heard(event, JSON.parse(event.data).now));
  source.addEventListener("patch", (event) => {
    heard(event);
    const message = JSON.parse(event.data);
    isUnchanged = false;
    apply(message);
    message.say.forEach(say);
    message.alert.forEach(alert);
  });
  source.addEventListener("reset", reload);
  source.addEventListener("error", () => {
    // While it is CONNECTING the browser tries again by itself.
    if (source?.readyState === EventSource.CLOSED) again();
  });
}

function close() {
  clearTimeout(retry);
  source?.close();
  source = null;
}

function again() {
  close();
  retry = setTimeout(open, pace.failed());
}

/**
 * @param {MessageEvent} event
 * @param {string} [now] by the server's clock
 */
function heard(event, now) {
  if (event.lastEventId) seq = event.lastEventId;
  if (now) server.hear(now);
  pace.heard(Date.now());
  if (state === "stale") say(word("Live again"));
  mark("live");
}

/** Once a second: a stream that says nothing for too long is dead, whatever the browser thinks. */
function watch() {
  if (!pace.isStale(Date.now(), openedAt)) return;
  if (state !== "stale") {
    mark("stale");
    say(word("The page is not live any more"));
  }
  // A try that has just begun is given as long.
  if (source && Date.now() - openedAt > STALE_AFTER) again();
}

/** @param {"connecting" | "live" | "stale"} next */
function mark(next) {
  if (next === state) return;
  state = next;
  document.body.dataset.liveState = next;
  const place = document.getElementById("live-mark");
  const words = place?.querySelector(".live-words");
  if (!place || !words) return;
  place.dataset.state = next;
  words.textContent = describe(next);
}

/** @param {"connecting" | "live" | "stale"} next */
function describe(next) {
  if (next === "live") return word("Live");
  if (next === "connecting") return word("Connecting");
  const since = server.now() - (Date.now() - (pace.heardAt ?? openedAt));
  return word("Not live since {time}", { time: timeOfDay(since) });
}

/** Too much happened to be told: the page is fetched anew, unless somebody is writing in it. */
function reload() {
  close();
  if (dirtyForms(document.body).length > 0) {
    mark("stale");
    toast(word("Too much has changed: reload the page when you have finished writing"));
    return;
  }
  const before = JSON.parse(sessionStorage.getItem(RELOADS) ?? "[]").filter((/** @type {number} */ at) => at > Date.now() - 60_000);
  sessionStorage.setItem(RELOADS, JSON.stringify([...before, Date.now()]));
  // The browser keeps the scrolling. A page that is reset at once again waits longer each time.
  setTimeout(() => location.reload(), before.length ? 1000 * 2 ** Math.min(before.length, 5) : 0);
}
