// Menus are popovers: they open and close without a script. Here they get arrow keys, the first
// letter of an item, and a place under their button where the browser cannot anchor them by itself.
import { all, one, when } from "./dom";

const items = (menu: Element) => all<HTMLElement>("a[href], button:not(:disabled)", menu).filter((i) => i.ariaDisabled !== "true");

function button(menu: Element): HTMLElement | null {
  return one(`[popovertarget="${CSS.escape(menu.id)}"]`);
}

function place(menu: HTMLElement): void {
  const from = button(menu)?.getBoundingClientRect();
  if (!from || CSS.supports("position-area", "block-end")) return;
  const left = Math.max(4, Math.min(from.left, innerWidth - menu.offsetWidth - 4));
  const below = from.bottom + 4 + menu.offsetHeight < innerHeight;
  menu.style.margin = "0";
  menu.style.left = `${left}px`;
  menu.style.top = `${below ? from.bottom + 4 : Math.max(4, from.top - menu.offsetHeight - 4)}px`;
}

function toggled(event: ToggleEvent): void {
  const menu = event.target;
  if (!(menu instanceof HTMLElement) || !menu.matches(".menu[popover]")) return;
  const open = event.newState === "open";
  button(menu)?.setAttribute("aria-expanded", String(open));
  if (!open) return;
  place(menu);
  (one("[aria-checked=true]", menu) ?? items(menu)[0])?.focus({ preventScroll: true });
}

function step(menu: HTMLElement, event: KeyboardEvent): void {
  const list = items(menu);
  const at = list.indexOf(document.activeElement as HTMLElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: list.length - 1 }[event.key];
  if (to !== undefined) {
    event.preventDefault();
    list.at(to % list.length)?.focus();
    return;
  }
  if (event.key.length !== 1 || event.ctrlKey || event.metaKey || event.altKey) return;
  const letter = event.key.toLowerCase();
  const next = [...list.slice(at + 1), ...list.slice(0, at + 1)].find((i) => i.textContent?.trim().toLowerCase().startsWith(letter));
  next?.focus();
}

/** Wires all menus of the page, now and later. */
export function start(): void {
  document.addEventListener("toggle", (event) => toggled(event as ToggleEvent), true);
  when<KeyboardEvent>("keydown", ".menu[popover]", (menu, event) => step(menu, event));
  when("click", ".menu[popover] :is(a, button)", (item) => item.closest<HTMLElement>("[popover]")?.hidePopover());
}
