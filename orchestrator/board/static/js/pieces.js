/** The parts of a handoff's page: fetched when it changed, because what this person may do follows from rules. */

import { Pace } from "./pace.js";
import { apply } from "./patch.js";
import { say } from "./say.js";

/** @typedef {import("./deeds.js").Answer} Answer */

/** Says how much of the journal the page should show; the stream replaces it. */
const SIGN = "handoff-version";
/** Says what came of this reader's last deed, so it changes with their deeds alone. */
const ALERT = "handoff-alert";

const page = /** @type {HTMLElement | null} */ (document.querySelector("article.handoff"));
const pace = new Pace();
let shown = signed();
let isDue = false;
let isFetching = false;

/** Keep the page as new as its sign. */
export function start() {
  document.addEventListener("board:patched", (event) => {
    if (/** @type {CustomEvent} */ (event).detail.put.includes(SIGN)) void catchUp();
  });
}

/**
 * Show what came of a deed.
 * @param {Answer} told
 */
export function show(told) {
  const isOld = (told.version ?? shown) < shown;
  put(told, (id) => !isOld || id === ALERT);
  // The rest of the page is newer, but the form that was sent may still be on it, and can be sent only once.
  if (isOld) void catchUp();
}

/** The version that the sign names; not a number when the handoff is not open any more. */
function signed() {
  return Number(document.getElementById(SIGN)?.dataset.version);
}

/** Fetch what changed, until the page is as new as the sign. */
async function catchUp() {
  isDue = true;
  if (isFetching) return;
  isFetching = true;
  try {
    while (isDue && !(signed() <= shown)) {
      isDue = false;
      const told = await fetched();
      if (!told) {
        // Nothing may ever change again, and so nobody say again that it did.
        isDue = true;
        await new Promise((resume) => setTimeout(resume, pace.failed()));
      } else if ((told.version ?? 0) > shown) {
        put(told, (id) => id !== ALERT);
      }
    }
  } finally {
    isFetching = false;
  }
}

/**
 * The parts as they are now, and what happened since those on the page.
 * @returns {Promise<Answer | null>} null when there is no answer that can be read
 */
async function fetched() {
  const address = new URL(page?.dataset.pieces ?? "", location.href);
  address.searchParams.set("since", String(shown));
  try {
    const response = await fetch(address, { headers: { accept: "application/json" } });
    if (response.status === 404) {
      location.assign("/queue");
      return {};
    }
    if (!response.ok) return null;
    const told = await response.json();
    pace.heard(Date.now());
    return told;
  } catch {
    return null;
  }
}

/**
 * @param {Answer} told
 * @param {(id: string) => boolean} isWanted
 */
function put(told, isWanted) {
  shown = told.version ?? shown;
  const newer = document.getElementById("packet-newer");
  if (newer) newer.hidden = (told.packet ?? 0) <= Number(page?.dataset.packet ?? 0);
  apply({ put: (told.put ?? []).filter(({ id }) => isWanted(id)), drop: told.drop ?? [], say: [], alert: [] });
  (told.say ?? []).forEach(say);
}
