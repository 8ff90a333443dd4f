// Words of the interface in the reader's language. English stands in the code; the server sends the
// rest in a meta tag, as { English: theirs }.

const content = document.querySelector<HTMLMetaElement>('meta[name="muster-words"]')?.content;
const words: Record<string, string> = content ? JSON.parse(content) : {};

/** The text in the reader's language, each %s or %d filled in turn. */
export function word(text: string, ...values: (string | number)[]): string {
  let i = 0;
  return (words[text] ?? text).replace(/%[sd]/g, () => String(values[i++] ?? ""));
}
