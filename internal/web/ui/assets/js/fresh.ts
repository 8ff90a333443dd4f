// New rows do not push the others away under the reader's pointer: a line above the list says how many
// there are, and a click on it shows them.
import { all } from "./dom";
import type { Message } from "./live";

const seen = new WeakMap<HTMLElement, Set<string>>();

/** Counts the thing on every list that asks for its topic and does not show it yet. */
export function fresh(message: Message): void {
  if (!message.id) return;
  for (const line of all(`[data-fresh~="${CSS.escape(message.topic)}"]`)) {
    const list = line.closest(".list");
    if (list?.querySelector(`[data-id="${CSS.escape(message.id)}"]`)) continue;
    const ids = seen.get(line) ?? new Set();
    seen.set(line, ids.add(message.id));
    const text = ids.size === 1 ? line.dataset.single : line.dataset.several;
    const place = line.querySelector("[data-text]") ?? line;
    place.textContent = (text ?? "%d").replace("%d", String(ids.size));
    line.hidden = false;
  }
}
