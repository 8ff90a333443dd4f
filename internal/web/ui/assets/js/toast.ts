// Short messages at the foot of the page. The server writes them too, into the same region; here
// they learn to leave by themselves, unless the reader's pointer or focus is on them.
import { icon, make, one, when } from "./dom";
import { word } from "./words";

const seconds = 10;

/** Shows a message. A bad one stays until it is closed. */
export function toast(text: string, is: "" | "bad" = ""): void {
  const close = make("button", { class: "btn", type: "button", "data-is": "bare icon", "data-close": "", "aria-label": word("Close") }, icon("x"));
  const attributes: Record<string, string> = { class: "toast", role: is ? "alert" : "status" };
  if (is) attributes["data-is"] = is;
  one("#toasts")?.append(make("div", attributes, icon(is ? "stop" : "check"), make("p", {}, text), close));
}

function leave(element: HTMLElement): void {
  let left = seconds;
  const timer = setInterval(() => {
    if (!element.isConnected) return clearInterval(timer);
    if (element.matches(":hover, :focus-within") || document.hidden) return;
    if (--left <= 0) element.remove();
  }, 1000);
}

/** Watches the region, and the buttons that close what they stand in. */
export function start(): void {
  const region = one("#toasts");
  if (!region) return;
  const watch = (nodes: Iterable<Node>) => {
    for (const node of nodes) if (node instanceof HTMLElement && node.getAttribute("role") !== "alert") leave(node);
  };
  watch(region.children);
  new MutationObserver((changes) => changes.forEach((c) => watch(c.addedNodes))).observe(region, { childList: true });
  when("click", "[data-close]", (button) => button.closest(".toast, .banner")?.remove());
}
