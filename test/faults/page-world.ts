/**
 * What the widget asks of a browser, as far as its link, its state and its storage go. So light visitors run the very code
 * of the page: its retries, its patience, what it keeps over a reload. Import this before anything of the widget.
 */

/** Whoever is being woken up listens under a name, so that one page's network can come back alone. */
const listeners = new Map<string, Map<string, Set<(event: Event) => void>>>();
let owner = "";

type Listener = (event: Event) => void;
function listen(name: string, listener: Listener): void {
  const own = listeners.get(owner) ?? new Map<string, Set<Listener>>();
  listeners.set(owner, own.set(name, (own.get(name) ?? new Set<Listener>()).add(listener)));
}
function unlisten(name: string, listener: Listener): void {
  for (const own of listeners.values()) own.get(name)?.delete(listener);
}

const items: Record<string, string> = {};
/** Its entries are its own properties, as in a browser; its methods are not. */
const storage = Object.create(
  {
    getItem: (name: string) => items[name] ?? null,
    setItem(name: string, value: string) {
      items[name] = value;
    },
    removeItem(name: string) {
      delete items[name];
    },
  },
  {},
);
const localStorage = new Proxy(storage, {
  ownKeys: () => Object.keys(items),
  getOwnPropertyDescriptor: (_, name) => {
    const value = typeof name === "string" ? items[name] : undefined;
    return value === undefined ? undefined : { value, enumerable: true, configurable: true };
  },
});

const nodeFetch = globalThis.fetch;
const given = {
  // Node opens a WebSocket on a connection that a request has left open, dead or not. A browser opens a new one.
  fetch: (input: string | URL | Request, init: RequestInit = {}): Promise<Response> =>
    nodeFetch(input, { ...init, headers: { connection: "close" } }),
  addEventListener: listen,
  removeEventListener: unlisten,
  document: {
    // As Lit does where there is no document: it is only loaded, nothing is drawn.
    createTreeWalker: () => ({}),
    hidden: false,
    title: "Router",
    referrer: "",
    addEventListener: listen,
    removeEventListener: unlisten,
  },
  location: { href: "http://shop.example/router" },
  localStorage,
};
for (const [name, value] of Object.entries(given)) {
  Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
}

/** What `work` listens to is this page's own. */
export function asPage<T>(page: string, work: () => T): T {
  owner = page;
  try {
    return work();
  } finally {
    owner = "";
  }
}

/** The browser tells the page, as when its network is back: `online`, `pageshow`. */
export function tell(page: string, name: string): void {
  for (const listener of listeners.get(page)?.get(name) ?? []) listener(new Event(name));
}

/** The page is gone. */
export function forgetPage(page: string): void {
  listeners.delete(page);
}
