// What every page loads: htmx, keys, live updates, and the small elements. The editor comes only
// where one is on the page.
import htmx from "htmx.org";
import { all, one, when } from "./dom";
import * as composer from "./composer";
import * as expression from "./expression";
import * as fields from "./fields";
import * as keys from "./keys";
import * as live from "./live";
import * as menu from "./menu";
import * as palette from "./palette";
import * as peek from "./peek";
import * as presence from "./presence";
import * as rows from "./rows";
import * as theme from "./theme";
import * as toast from "./toast";
import * as wake from "./wake";
import * as way from "./way";
import * as time from "./when";
import { word } from "./words";

// What belongs to the reader, not to the page, stays as it is when a part is morphed.
const theirs: Record<string, string> = { open: "details, dialog", "aria-current": ".row", "aria-expanded": "[popovertarget]", hidden: ".fresh" };

htmx.registerExtension("muster", {
  htmx_before_morph_attr: (element: Element, detail: { attrName: string }) => !element.matches(theirs[detail.attrName] ?? "nothing"),
});

async function editors(): Promise<void> {
  if (one("muster-editor:not(:defined)")) await import("./editor");
}

// A button that sent its form shows that it works, and is not sent twice.
function busy(event: SubmitEvent): void {
  const button = event.submitter;
  if (event.defaultPrevented || !button || (event.target as HTMLFormElement).method === "dialog") return;
  if (button.ariaBusy === "true") return event.preventDefault();
  button.setAttribute("aria-busy", "true");
  addEventListener("pageshow", () => button.removeAttribute("aria-busy"), { once: true });
}

function open(button: HTMLElement): void {
  const dialog = one<HTMLDialogElement>(`dialog#${CSS.escape(button.dataset.dialog ?? "")}`);
  dialog?.showModal();
  if (dialog) one(":is(input:not([type=hidden]), select, textarea)", dialog)?.focus(); // not what closes it, which comes first
}

for (const part of [toast, theme, menu, fields, rows, palette, keys, composer, time, way, peek, live, presence, expression, wake]) part.start();
document.addEventListener("submit", busy);
document.addEventListener("htmx:after:settle", () => void editors());
document.addEventListener("htmx:error", (event) => {
  const { ctx } = (event as CustomEvent<{ ctx?: { request?: { headers?: Record<string, string> } } }>).detail;
  if (ctx?.request?.headers?.["Muster-Live"]) return; // the line about the connection says it
  toast.toast(word("The server did not answer. Nothing is lost; try again."), "bad");
});
when("click", "button[data-dialog]", open);
when("click", "dialog [data-close-dialog]", (button) => button.closest("dialog")?.close());
// A dialog that was refused comes back open, in the page; here it stands over it again.
for (const refused of all<HTMLDialogElement>("dialog[data-show]")) {
  refused.close();
  refused.showModal();
}
void editors();
