// Light, dark, or as the system is. Without this script the buttons post to /theme, which does the same.
import { all, when } from "./dom";

/** Lets [data-theme-set] buttons change the theme at once; the cookie tells the server. */
export function start(): void {
  when<MouseEvent>("click", "[data-theme-set]", (button, event) => {
    event.preventDefault();
    const theme = button.dataset.themeSet ?? "";
    const year = 365 * 24 * 3600;
    document.cookie = `theme=${theme}; path=/; max-age=${theme ? year : 0}; samesite=lax${location.protocol === "https:" ? "; secure" : ""}`;
    if (theme) document.documentElement.dataset.theme = theme;
    else delete document.documentElement.dataset.theme;
    for (const other of all("[data-theme-set]")) {
      if (other.hasAttribute("aria-checked")) other.setAttribute("aria-checked", String(other.dataset.themeSet === theme));
    }
  });
}
