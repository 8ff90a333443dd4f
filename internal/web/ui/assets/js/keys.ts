// Keyboard first. A key belongs to an element that the page marks with data-key, so a page adds a key
// by an attribute; lists, search, the palette and the help are known here. Never while one types.
import { all, one, typing } from "./dom";
import * as palette from "./palette";
import * as rows from "./rows";

const off = "muster:keys-off";

/** Clicks or focuses what has the key, if it can be seen. */
function press(key: string): boolean {
  const marked = all(`[data-key="${CSS.escape(key)}"]`);
  const element = marked.find((e) => e.checkVisibility() && !e.matches(":disabled"));
  if (element) return act(element);
  // What works on selected rows is hidden while none is: the current row is then meant.
  if (key === "Escape" || rows.selected() || !marked.some((e) => e.closest(".bulk")) || !rows.select()) return false;
  const revealed = marked.find((e) => e.checkVisibility());
  return revealed !== undefined && act(revealed);
}

function act(element: HTMLElement): boolean {
  if (element.matches("input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]")) element.focus();
  else element.click();
  return true;
}

function search(): boolean {
  const box = all<HTMLInputElement>("input[type=search]").find((e) => e.checkVisibility());
  if (box) box.select();
  else palette.open();
  box?.focus();
  return true;
}

function help(): boolean {
  const dialog = one<HTMLDialogElement>("#keys");
  if (!dialog) return false;
  const list = one("[data-page-keys]", dialog);
  const seen = new Set<string>();
  list?.replaceChildren(...all("[data-key]").flatMap((element) => {
    const key = element.dataset.key ?? "", name = palette.nameOf(element);
    if (!name || seen.has(key) || element.closest("dialog")) return [];
    seen.add(key);
    const term = document.createElement("dt"), what = document.createElement("dd"), cap = document.createElement("kbd");
    cap.textContent = key.length === 1 ? key.toUpperCase() : key;
    term.append(cap);
    what.textContent = name;
    return [term, what];
  }));
  dialog.showModal();
  return true;
}

/** What a single key does; the page's own data-key comes after these. */
const known: Record<string, (event: KeyboardEvent) => boolean> = {
  "/": search,
  "?": help,
  j: () => rows.move(1) || press("j"),
  k: () => rows.move(-1) || press("k"),
  o: () => rows.open() || press("o"),
  x: (event) => rows.select(event.shiftKey) || press("x"),
};

let going = 0; // until when a letter after g names a place

function go(key: string): boolean {
  const link = one(`[data-go="${CSS.escape(key)}"]`);
  link?.click();
  return link !== null;
}

function single(event: KeyboardEvent): boolean {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (going > event.timeStamp) {
    going = 0;
    return go(key);
  }
  if (key === "g" && one("[data-go]")) {
    going = event.timeStamp + 1500;
    return true;
  }
  return known[key]?.(event) ?? press(key);
}

function pressed(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing) return;
  if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k") {
    event.preventDefault();
    palette.open();
    return;
  }
  if (event.key === "Escape" && typing(event.target)) return (event.target as HTMLElement).blur();
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  if (one("dialog:modal, .menu:popover-open") || localStorage.getItem(off)) return;
  if ((event.key.length === 1 && event.key !== " " || event.key === "Escape") && single(event)) event.preventDefault();
}

function setting(): void {
  const box = one<HTMLInputElement>("[data-keys-setting]");
  if (!box) return;
  box.checked = !localStorage.getItem(off);
  box.addEventListener("change", () => (box.checked ? localStorage.removeItem(off) : localStorage.setItem(off, "1")));
}

/** Listens to the whole page. */
export function start(): void {
  document.addEventListener("keydown", pressed);
  for (const button of all<HTMLButtonElement>("[data-open-keys]")) {
    button.hidden = false;
    button.addEventListener("click", help);
  }
  setting();
}
