import { expect, it } from "vitest";
import { engine } from "./support/engine.js";
import { type Looks, rightValues } from "./support/probe.js";

const best = engine.relaxedSimd ? "relaxed-simd" : "simd";
const plain = `${location.origin}/plain`;
const importMap = {
  imports: {
    lanewise: `${plain}/dist/module/index.js`,
  },
};

/** The message of a page or a worker. */
interface Message {
  looks?: Looks;
  error?: string;
}

/** A module that sends what it sees of lanewise, imported by `name`, with `post`. */
const module = (name: string, post: string) => `
  import * as lanewise from "${name}";
  import { lookTwice } from "${plain}/test/support/probe.ts";
  const message = { looks: await lookTwice(lanewise) };
  ${post};`;

/**
 * The message of a page that imports lanewise by `name`; a message of an uncaught error comes first.
 *
 * @param sandbox what a page of no origin may do
 */
async function visit(name: string, head = "", sandbox?: string): Promise<Message> {
  const page = document.createElement("iframe");
  if (sandbox !== undefined) page.setAttribute("sandbox", sandbox);
  page.srcdoc = `<!doctype html>${head}
    <script>
      const fail = (error) => parent.postMessage({ error: String(error) }, "*");
      addEventListener("error", ({ message, target }) => fail(message ?? target.outerHTML), true);
      addEventListener("unhandledrejection", ({ reason }) => fail(reason));
    </script>
    <script type="module">${module(name, 'parent.postMessage(message, "*")')}</script>`;
  const message = new Promise<Message>((resolve) => {
    addEventListener("message", function listen({ source, data }) {
      if (source !== page.contentWindow) return;
      removeEventListener("message", listen);
      resolve(data);
    });
  });
  document.body.append(page);
  try {
    return await message;
  } finally {
    page.remove();
  }
}

/** The first message that a port brings. */
function receive(port: MessagePort): Promise<Message> {
  return new Promise((resolve) => {
    port.onmessage = ({ data }) => resolve(data);
  });
}

const right = {
  first: { values: rightValues, backend: best },
  ready: best,
  then: { values: rightValues, backend: best },
  reproducible: "simd",
};

it("works on a page without a bundler, with an import map", async () => {
  const head = `<script type="importmap">${JSON.stringify(importMap)}</script>`;
  expect(await visit("lanewise", head)).toMatchObject({ looks: right });
});

it("works on a page without an import map, as a bundle", async () => {
  expect(await visit(`${plain}/dist/bundle.js`)).toMatchObject({ looks: right });
});

it("works in a worker", async () => {
  const script = new Blob([module(`${plain}/dist/bundle.js`, "postMessage(message)")], { type: "text/javascript" });
  const url = URL.createObjectURL(script);
  const worker = new Worker(url, { type: "module" });
  const message = await new Promise<Message>((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = ({ message }) => reject(new Error(message));
  });
  worker.terminate();
  URL.revokeObjectURL(url);
  expect(message).toMatchObject({ looks: right });
});

it("works in a shared worker", async () => {
  const script = `
    import * as lanewise from "${plain}/dist/bundle.js";
    import { lookTwice } from "${plain}/test/support/probe.ts";
    addEventListener("connect", ({ ports: [port] }) => {
      lookTwice(lanewise).then((looks) => port.postMessage({ looks }), (error) => port.postMessage({ error: String(error) }));
    });`;
  const url = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
  const message = await receive(new SharedWorker(url, { type: "module" }).port);
  URL.revokeObjectURL(url);
  expect(message).toMatchObject({ looks: right });
});

it("works in a service worker", async () => {
  const { serviceWorker } = navigator;
  const registration = await serviceWorker.register(`${plain}/test/support/serviceWorker.ts`, { type: "module" });
  try {
    const worker = registration.installing ?? registration.waiting ?? registration.active!;
    const { port1, port2 } = new MessageChannel();
    worker.postMessage("look", [port2]);
    expect(await receive(port1)).toMatchObject({ looks: right });
  } finally {
    await registration.unregister();
  }
});

// It may have no TextDecoder, and Firefox takes subnormal numbers for 0 in its kernels.
it("works in an audio worklet", async () => {
  const script = `
    import * as lanewise from "${plain}/dist/bundle.js";
    import { lookTwice } from "${plain}/test/support/probe.ts";
    registerProcessor("lanewise", class extends AudioWorkletProcessor {
      constructor() {
        super();
        const send = (message) => this.port.postMessage(message);
        lookTwice(lanewise).then((looks) => send({ looks }), (error) => send({ error: String(error) }));
      }
      process() { return false; }
    });`;
  const url = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
  const context = new OfflineAudioContext(1, 128, 44_100);
  await context.audioWorklet.addModule(url);
  const { port } = new AudioWorkletNode(context, "lanewise");
  const message = await new Promise<Message>((resolve) => {
    port.onmessage = ({ data }) => resolve(data);
  });
  URL.revokeObjectURL(url);
  expect(message).toMatchObject({ looks: right });
});

it("works on a page that trusts no text as a script", async () => {
  const trusting = "require-trusted-types-for 'script'; trusted-types 'none'";
  const head = `<meta http-equiv="Content-Security-Policy" content="${trusting}">`;
  expect(await visit(`${plain}/dist/bundle.js`, head)).toMatchObject({ looks: right });
});

it("works in a sandbox, where a page has no origin", async () => {
  const { error, looks } = await visit(`${plain}/dist/bundle.js`, "", "allow-scripts");
  expect(error).toBeUndefined();
  expect(looks).toMatchObject(right);
});

const policy = `script-src ${location.origin} 'unsafe-inline'`; // no 'wasm-unsafe-eval'

it.each([
  [
    "whose content security policy forbids WebAssembly",
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    /^\w*Error: .*(content security policy|CSP)/i,
  ],
  ["without WebAssembly", "<script>delete globalThis.WebAssembly</script>", "this engine has no WebAssembly"],
])("is plain JavaScript on a page %s, and says so", async (_, head, reason) => {
  const { error, looks } = await visit(`${plain}/dist/bundle.js`, head);
  expect(error).toBeUndefined();
  const js = { values: rightValues, backend: "js", reasons: { js: "" } };
  expect(looks).toMatchObject({ first: js, ready: "js", then: js, reproducible: "js" });
  for (const { reasons } of [looks!.first, looks!.then]) expect(reasons.simd).toMatch(reason);
});
