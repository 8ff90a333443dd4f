// The composer takes the paper of what is being written. A link to it may say which: Reply or Note.
import { one, when } from "./dom";

/** Lets a[data-mode] set the kind of entry and go to the text. */
export function start(): void {
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
