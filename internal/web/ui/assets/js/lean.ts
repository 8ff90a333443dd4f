// Stands in for packages that the Markdown parser brings along and the editor has better in the
// browser, or never asks for: half of its weight. build.mjs puts it in their place.

/** entities: the browser knows them all. */
export function decodeHTML(text: string): string {
  const area = document.createElement("textarea");
  area.innerHTML = text;
  return area.value;
}

export { decodeHTML as decodeHTMLStrict };

/** linkify-it: bare addresses are made links where an entry is shown, not where it is written. */
export default class {
  // punycode.js: a host stays as it was written.
  static toASCII = (host: string) => host;
  static toUnicode = (host: string) => host;
}
