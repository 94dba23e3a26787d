/** The scripts' words in the reader's language, which the page brings along. */

/** @type {Record<string, string> | undefined} */
let known;

/**
 * Say an English phrase in the reader's language, with its places filled in.
 * @param {string} phrase such as "{time} left"
 * @param {Record<string, string | number>} [values]
 * @returns {string}
 */
export function word(phrase, values = {}) {
  if (known === undefined) {
    const meta = globalThis.document?.querySelector('meta[name="phrases"]');
    known = meta ? JSON.parse(meta.getAttribute("content") ?? "{}") : {};
  }
  return fill(known?.[phrase] ?? phrase, values);
}

/**
 * Fill in the places of a phrase.
 * @param {string} phrase
 * @param {Record<string, string | number>} values
 * @returns {string}
 */
export function fill(phrase, values) {
  return phrase.replace(/\{(\w+)\}/g, (place, name) => String(values[name] ?? place));
}
