// What the server says about single fields, shown beside them, where nothing typed is lost. The
// server sends it for a form that htmx posted; a plain form gets the same from the page it is shown on.
import { all, icon, make, one } from "./dom";

type Faults = Record<string, string>;

function control(form: HTMLElement, name: string): HTMLElement | null {
  return one(`[name="${CSS.escape(name)}"]`, form);
}

function clear(form: HTMLElement): void {
  for (const old of all(".error[data-fault]", form)) old.remove();
  for (const marked of all("[aria-invalid]", form)) marked.removeAttribute("aria-invalid");
}

function blame(input: HTMLElement, sentence: string): void {
  const id = `fault-${input.id || input.getAttribute("name")}`;
  input.setAttribute("aria-invalid", "true");
  input.setAttribute("aria-describedby", id);
  const error = make("span", { class: "error", id, "data-fault": "" }, icon("alert"), sentence);
  (input.closest("muster-editor, .input, .find, .pick") ?? input).after(error);
}

/** Shows the sentences at the fields of the form that was posted, and goes to the first. */
export function show(form: HTMLElement, faults: Faults): void {
  clear(form);
  const inputs = Object.entries(faults).flatMap(([name, sentence]) => {
    const input = control(form, name);
    if (input) blame(input, sentence);
    return input ? [input] : [];
  });
  inputs[0]?.focus();
}

/** Listens to the event that the server triggers; see fault.go. */
export function start(): void {
  document.addEventListener("muster:fields", (event) => {
    const form = (event.target as Element).closest<HTMLElement>("form");
    const detail = (event as CustomEvent<{ fields: Faults }>).detail;
    if (form) show(form, detail.fields);
  });
}
