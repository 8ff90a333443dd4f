// Moving in a list of tickets by keys. The current row carries aria-current; a click moves it too.
import { all, one, when } from "./dom";

const rows = () => all(".list .row").filter((row) => row.checkVisibility());

/** The row that commands are for. */
export const current = () => one(".list .row[aria-current]");

/** Makes a row the current one and shows it. */
export function choose(row: HTMLElement | undefined, focus = true): void {
  if (!row) return;
  for (const other of all(".list .row[aria-current]")) if (other !== row) other.removeAttribute("aria-current");
  row.setAttribute("aria-current", "true");
  document.dispatchEvent(new Event("muster:row"));
  if (!focus) return;
  row.scrollIntoView({ block: "nearest" });
  one(".subject", row)?.focus({ preventScroll: true });
}

/** Moves by one row; false if the page has no list. */
export function move(by: number): boolean {
  const list = rows();
  if (!list.length) return false;
  const at = list.indexOf(current() as HTMLElement);
  choose(list[at < 0 ? 0 : Math.max(0, Math.min(list.length - 1, at + by))]);
  return true;
}

/** Opens the current row. */
export function open(): boolean {
  const link = one<HTMLAnchorElement>(".subject", current() ?? document.createElement("i"));
  link?.click();
  return link !== null;
}

const boxOf = (row: Element | null) => one<HTMLInputElement>(".pick input", row ?? document.createElement("i"));

/** Selects the current row, or takes it out of the selection; with a range, all rows from the last one chosen. */
export function select(range = false): boolean {
  const box = boxOf(current());
  box?.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, shiftKey: range }));
  return box !== null;
}

let last: HTMLElement | null = null; // the row that was chosen last: with Shift, all between it and the next go along

function chosen(row: HTMLElement, range: boolean): void {
  const list = rows(), from = last ? list.indexOf(last) : -1, to = list.indexOf(row), on = boxOf(row)?.checked ?? false;
  if (range && from >= 0) for (const between of list.slice(Math.min(from, to), Math.max(from, to) + 1)) pick(between, on);
  last = row;
  count();
}

function pick(row: Element, on: boolean): void {
  const box = boxOf(row);
  if (box) box.checked = on;
}

/** Whether any row is selected. */
export const selected = () => one(".list .row .pick :checked") !== null;

function count(): void {
  const n = all(".list .row .pick :checked").length;
  for (const number of all("[data-count-selected]")) number.textContent = String(n);
}

/** Keeps the number of selected rows; the row that has the focus is the current one. */
export function start(): void {
  document.addEventListener("change", (event) => (event.target as Element).closest(".row .pick") && count());
  document.addEventListener("reset", () => setTimeout(count));
  when<MouseEvent>("click", ".list .row .pick input", (box, event) => {
    const row = box.closest<HTMLElement>(".row");
    if (row) chosen(row, event.shiftKey);
  });
  for (const button of all("[data-select-all]")) button.hidden = false;
  when("click", "[data-select-all]", () => {
    for (const row of rows()) pick(row, true);
    count();
  });
  when("focusin", ".list .row", (row) => {
    if (!row.hasAttribute("aria-current")) choose(row, false);
  });
  count();
}
