/** The server's time, told from the reader's own clock, which may be wrong. */

const SAMPLES = 8;

export class ServerClock {
  /** @param {() => number} [local] milliseconds of the reader's clock */
  constructor(local = Date.now) {
    this.local = local;
    /** @type {number[]} */
    this.offsets = [];
  }

  /**
   * Take in what the server says that it is now.
   * @param {string} iso
   */
  hear(iso) {
    const told = Date.parse(iso);
    if (Number.isNaN(told)) return;
    this.offsets = [...this.offsets, told - this.local()].slice(-SAMPLES);
  }

  /**
   * Milliseconds since 1970 by the server's clock. What took longest to arrive is behind, so the greatest counts.
   * @returns {number}
   */
  now() {
    return this.local() + (this.offsets.length ? Math.max(...this.offsets) : 0);
  }
}

export const server = new ServerClock();
