// The composer takes the paper of what is being written. A link to it may say which: Reply or Note.
import { all, one, when } from "./dom";

// A reply says which entry its writer has seen last, so that another's reply that came meanwhile stops
// it. What appears by itself counts as seen once it has been in view, not under the composer.
let eyes: IntersectionObserver | null = null;

function saw(message: Element): void {
  const seen = one<HTMLInputElement>(".composer input[name=seen]"), id = message.id.replace(/^m-/, "");
  if (seen && id > seen.value) seen.value = id; // ids grow with time
}

function watch(): void {
  const composer = one(".composer:has(input[name=seen])");
  eyes?.disconnect();
  if (!composer) return;
  const covered = getComputedStyle(composer).position === "sticky" ? composer.offsetHeight : 0;
  eyes = new IntersectionObserver((entries) => entries.forEach((e) => e.isIntersecting && saw(e.target)), { rootMargin: `0px 0px -${covered}px` });
  for (const message of all(".thread .message[id]")) eyes.observe(message);
}

/** Lets a[data-mode] set the kind of entry and go to the text. */
export function start(): void {
  watch();
  document.addEventListener("htmx:after:settle", watch);
  if (location.hash === "#composer") void customElements.whenDefined("muster-editor").then(() => one("#composer [contenteditable=true]")?.focus());
  when<MouseEvent>("click", "a[data-mode][href^='#']", (link, event) => {
    const composer = document.getElementById(link.getAttribute("href")?.slice(1) ?? "");
    const mode = composer && one<HTMLInputElement>(`input[type=radio][value="${CSS.escape(link.dataset.mode ?? "")}"]`, composer);
    if (!composer) return;
    event.preventDefault();
    if (mode && !mode.checked) mode.click();
    composer.scrollIntoView({ block: "nearest" });
    (one("[contenteditable=true]", composer) ?? one("textarea", composer))?.focus();
  });
}
