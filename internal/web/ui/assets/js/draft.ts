// What is being written is kept in this browser until it is sent: a closed tab loses nothing.

const key = (name: string) => `draft:${name}`;
const sent = (name: string) => `sent:${name}`;

/** Keeps the text; an empty one is forgotten. */
export function keep(name: string, text: string): void {
  try {
    if (text.trim()) localStorage.setItem(key(name), text);
    else localStorage.removeItem(key(name));
  } catch {
    // Storage is full or forbidden: the text is still in the page.
  }
}

/** What was being written, if it was not sent. */
export function kept(name: string): string {
  const back = (performance.getEntriesByType("navigation")[0] as PerformanceNavigationTiming | undefined)?.type === "back_forward";
  const gone = localStorage.getItem(sent(name)) !== null;
  localStorage.removeItem(sent(name));
  // A new page after sending means that it was taken in; coming back to the old one, that it was not.
  if (gone && !back) localStorage.removeItem(key(name));
  return localStorage.getItem(key(name)) ?? "";
}

/** The form is on its way: a plain one answers with a new page, which settles whether it arrived. */
export function leaving(name: string): void {
  localStorage.setItem(sent(name), "1");
}

/** It has arrived. */
export function forget(name: string): void {
  localStorage.removeItem(key(name));
  localStorage.removeItem(sent(name));
}
