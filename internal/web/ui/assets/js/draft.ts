// What is being written is kept in this browser until it is sent: a closed tab loses nothing. It is
// kept with what stands beside it in its form, so that a note does not come back as a reply.
import { all } from "./dom";

type Field = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;
type Kept = [name: string, value: string][];

const key = (name: string) => `draft:${name}`;
const sent = (name: string) => `sent:${name}`;
const fields = (form: ParentNode) => all<Field>(":is(textarea, select, input:not([type=hidden], [type=file], [type=password], [type=checkbox]))[name]", form);

/** Keeps what stands in the form; one without any text is forgotten. */
export function keep(name: string, form: ParentNode): void {
  const filled = fields(form).filter((f) => f.value.trim() && (f.type !== "radio" || (f as HTMLInputElement).checked));
  try {
    if (filled.some((f) => /^text/.test(f.type))) localStorage.setItem(key(name), JSON.stringify(filled.map((f) => [f.name, f.value])));
    else localStorage.removeItem(key(name));
  } catch {
    // Storage is full or forbidden: the text is still in the page.
  }
}

function read(name: string): Kept {
  try {
    return JSON.parse(localStorage.getItem(key(name)) ?? "[]") as Kept;
  } catch {
    return [];
  }
}

/** What was being written, if it was not sent. */
export function kept(name: string): Kept {
  const back = (performance.getEntriesByType("navigation")[0] as PerformanceNavigationTiming | undefined)?.type === "back_forward";
  const gone = localStorage.getItem(sent(name)) !== null;
  localStorage.removeItem(sent(name));
  // A new page after sending means that it was taken in; coming back to the old one, that it was not.
  if (gone && !back) localStorage.removeItem(key(name));
  return read(name);
}

/** Puts what was being written into the form again, as far as the form still asks for it. */
export function restore(form: ParentNode, written: Kept): void {
  for (const [name, value] of written) {
    for (const field of fields(form).filter((f) => f.name === name)) {
      if (field.type === "radio") (field as HTMLInputElement).checked ||= field.value === value;
      else if (!(field instanceof HTMLSelectElement) || [...field.options].some((o) => o.value === value)) field.value = value;
    }
  }
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
