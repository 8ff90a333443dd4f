// <muster-wake>: has this browser woken by Web Push. The browser asks the reader, makes keys, and says
// at which address it can be woken; that goes to the server, and nowhere else.
import { one } from "./dom";
import { word } from "./words";

const bytes = (base64url: string) => Uint8Array.from(atob(base64url.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));

/** Such as "Firefox on Linux": enough to tell one's browsers apart. */
function name(): string {
  const agent = navigator.userAgent;
  const browser = /Edg\//.test(agent) ? "Edge" : /Firefox\//.test(agent) ? "Firefox" : /Chrome\//.test(agent) ? "Chrome" : /Safari\//.test(agent) ? "Safari" : "Browser";
  const system = /Android/.test(agent) ? "Android" : /iPhone|iPad/.test(agent) ? "iOS" : /Windows/.test(agent) ? "Windows" : /Mac OS/.test(agent) ? "macOS" : "Linux";
  return `${browser} on ${system}`;
}

class Wake extends HTMLElement {
  connectedCallback(): void {
    const button = one<HTMLButtonElement>("[data-on]", this);
    if (!button || !("serviceWorker" in navigator) || !("PushManager" in window) || !this.dataset.worker) return;
    this.say(Notification.permission === "denied" ? word("The browser refuses notifications of this page. Allow them in its settings.") : word("It is not woken yet."));
    button.hidden = Notification.permission === "denied";
    button.addEventListener("click", () => void this.on(button));
    void navigator.serviceWorker.getRegistration(this.dataset.worker).then(async (r) => {
      if (!(await r?.pushManager.getSubscription())) return;
      this.say(word("It is woken when something is told to you."));
      button.hidden = true;
    });
  }

  private say(text: string): void {
    const place = one("[data-state]", this);
    if (place) place.textContent = text;
  }

  private async on(button: HTMLButtonElement): Promise<void> {
    button.ariaBusy = "true";
    try {
      const registration = await navigator.serviceWorker.register(this.dataset.worker ?? "");
      if ((await Notification.requestPermission()) !== "granted") return this.say(word("The browser refuses notifications of this page. Allow them in its settings."));
      const subscription = await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(this.dataset.key ?? "") });
      const { endpoint, keys } = subscription.toJSON();
      const body = new URLSearchParams({ endpoint: endpoint ?? "", public: keys?.p256dh ?? "", auth: keys?.auth ?? "", name: name() });
      const answer = await fetch(this.dataset.action ?? "", { method: "POST", body, headers: { Accept: "text/html" } });
      if (!answer.ok) throw new Error(String(answer.status));
      location.reload();
    } catch {
      this.say(word("This browser cannot be woken: its push service does not answer, or the address it names is not allowed."));
    } finally {
      button.ariaBusy = null;
    }
  }
}

/** Defines the element. */
export function start(): void {
  customElements.define("muster-wake", Wake);
}
