// What the browser runs when it is woken: it shows the notice, and a click on it opens the page that it
// is about. It is a service worker of its own, and not part of the pages' bundle.
interface Told { title: string; body: string; tag: string; path: string }
interface Woken extends Event { data: { json(): Told } | null; waitUntil(p: Promise<unknown>): void }
interface Clicked extends Event { notification: Notification; waitUntil(p: Promise<unknown>): void }
interface Window1 { url: string; navigate(to: string): Promise<Window1 | null>; focus(): Promise<Window1> }

const worker = self as unknown as {
  registration: ServiceWorkerRegistration;
  clients: { matchAll(o: object): Promise<Window1[]>; openWindow(to: string): Promise<unknown> };
  addEventListener(name: string, f: (event: never) => void): void;
};

worker.addEventListener("push", (event: Woken) => {
  const told = event.data?.json();
  if (!told) return;
  event.waitUntil(worker.registration.showNotification(told.title, { body: told.body, tag: told.tag, data: told.path }));
});

worker.addEventListener("notificationclick", (event: Clicked) => {
  const { notification } = event;
  notification.close();
  const path = String(notification.data ?? "/inbox");
  if (!/^\/(?![/\\])/.test(path)) return; // a page of ours, and nothing else
  event.waitUntil(worker.clients.openWindow(path));
});
