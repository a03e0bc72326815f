/** Probes lanewise in the places of a page that its address names, and sends what they find to the server. */

import { type Found, found, type Report } from "./found.js";

const thrown: string[] = [];
addEventListener("error", (event) => thrown.push(event.message ?? "a file is missing"));
addEventListener("unhandledrejection", ({ reason }) => thrown.push(String(reason)));

/** Where a page requires trusted types, it makes them by its policy. */
interface TrustedTypes {
  createPolicy(name: string, rules: object): { createScriptURL(url: string): string };
}
const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };
const policy = trustedTypes?.createPolicy("page", { createScriptURL: (url: string) => url });

/** The address of a script, as a page that requires trusted types wants it. */
const script = (path: string) => policy?.createScriptURL(path) ?? path;

function requiresTypes(): boolean {
  try {
    document.createElement("script").text = "0";
    return false;
  } catch {
    return true;
  }
}

interface Sender {
  onmessage: ((event: MessageEvent<Found>) => unknown) | null;
  onerror?: ((event: ErrorEvent) => unknown) | null;
}

/** The first message of a port or a worker. */
function messageOf(sender: Sender): Promise<Found> {
  return new Promise((resolve, reject) => {
    sender.onmessage = ({ data }) => resolve(data);
    sender.onerror = ({ message }) => reject(new Error(message ?? "the script of the worker failed"));
  });
}

const places: Record<string, () => Found | Promise<Found>> = {
  page: found,
  worker: () => messageOf(new Worker(script("worker.js"), { type: "module" })),
  async sharedWorker() {
    if (typeof SharedWorker !== "function") return { skipped: "this browser has no SharedWorker" };
    const worker = new SharedWorker(script("sharedWorker.js"), { type: "module" });
    const failed = new Promise<never>((_, reject) => {
      worker.onerror = () => reject(new Error("the script of the worker failed"));
    });
    return await Promise.race([failed, messageOf(worker.port)]);
  },
  async serviceWorker() {
    if (!navigator.serviceWorker) return { skipped: "this page has no service workers" };
    await navigator.serviceWorker.register(script("serviceWorker.js"));
    const { active } = await navigator.serviceWorker.ready;
    const message = messageOf(navigator.serviceWorker);
    navigator.serviceWorker.startMessages();
    active!.postMessage("probe");
    return await message;
  },
  async audioWorklet() {
    if (typeof OfflineAudioContext !== "function") return { skipped: "this browser has no audio worklets" };
    const context = new OfflineAudioContext(1, 128, 44_100);
    await context.audioWorklet.addModule(script("worklet.js"));
    return await messageOf(new AudioWorkletNode(context, "lanewise").port);
  },
};

async function foundIn(name: string): Promise<Found> {
  const late = new Promise<Found>((resolve) => setTimeout(resolve, 20_000, { error: "it doesn't answer" }));
  try {
    return await Promise.race([places[name](), late]);
  } catch (error) {
    return { error: String(error) };
  }
}

const all: Record<string, Found> = {};
for (const name of location.search.slice(1).split(",")) all[name] = await foundIn(name);
const report: Report = {
  found: all,
  thrown,
  origin,
  isIsolated: crossOriginIsolated,
  requiresTypes: requiresTypes(),
};
// To a frame of an opaque origin the server is a foreign one.
await fetch("report", { method: "POST", mode: "no-cors", body: JSON.stringify(report) });
