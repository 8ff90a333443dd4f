// An expression is checked as one types it: under the field stands what is wrong, and where. Without
// scripts the same is said when it is kept.
import { icon, make, one } from "./dom";
import { word } from "./words";

const pause = 300; // ms without a key before the server is asked

class Expression extends HTMLElement {
  private waiting = 0;
  private asked = 0;

  connectedCallback(): void {
    const area = one<HTMLTextAreaElement>("textarea", this);
    if (!area) return;
    const say = make("span", { role: "status" });
    one(".field", this)?.append(say);
    area.addEventListener("input", () => {
      clearTimeout(this.waiting);
      this.waiting = window.setTimeout(() => void this.check(area, say), pause);
    });
  }

  private async check(area: HTMLTextAreaElement, say: HTMLElement): Promise<void> {
    const turn = ++this.asked;
    try {
      const answer = await fetch(this.dataset.check ?? "", { method: "POST", body: new URLSearchParams({ expression: area.value }), headers: { Accept: "application/json" } });
      if (!answer.ok || turn !== this.asked) return;
      const { problem } = (await answer.json()) as { problem: string };
      one(".error:not([role])", this)?.remove(); // what was said of an earlier text
      if (problem) area.setAttribute("aria-invalid", "true");
      else area.removeAttribute("aria-invalid");
      say.className = problem ? "error" : "hint";
      say.replaceChildren(...(problem ? [icon("alert"), problem] : area.value.trim() ? [icon("check"), word("This can be asked.")] : []));
    } catch {
      // It is checked when it is kept.
    }
  }
}

/** Defines the element. */
export function start(): void {
  customElements.define("muster-expression", Expression);
}
