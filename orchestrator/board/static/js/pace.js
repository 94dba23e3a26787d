/** When a stream counts as stale, and when to try again. */

/** Milliseconds without a sign of life. */
export const STALE_AFTER = 20_000;
const LONGEST_WAIT = 30_000;

/** Knows from signs of life alone how a stream stands. */
export class Pace {
  constructor() {
    /** @type {number | null} */
    this.heardAt = null;
    this.failures = 0;
  }

  /**
   * Something arrived.
   * @param {number} now milliseconds
   */
  heard(now) {
    this.heardAt = now;
    this.failures = 0;
  }

  /**
   * Whether nothing arrived for too long.
   * @param {number} now
   * @param {number} since when the page was opened
   */
  isStale(now, since) {
    return now - (this.heardAt ?? since) > STALE_AFTER;
  }

  /**
   * The stream was refused or broke off.
   * @param {number} [chance] from 0 to 1, so that not all tabs come back at once
   * @returns {number} milliseconds until the next try
   */
  failed(chance = Math.random()) {
    const wait = Math.min(LONGEST_WAIT, 1000 * 2 ** Math.min(this.failures++, 10));
    return wait * (0.5 + chance / 2);
  }
}

/**
 * The address of a stream that goes on after `seq`.
 * @param {string} address may have a query
 * @param {string} seq
 * @param {{isUnchanged: boolean}} page whether it shows what it was made with, and was told nothing since
 * @returns {string}
 */
export function streamAddress(address, seq, { isUnchanged }) {
  const [path, query = ""] = address.split("?");
  const all = new URLSearchParams(query);
  all.set("since", seq);
  if (isUnchanged) all.set("unchanged", "1");
  return `${path}?${all}`;
}
