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

/** A module that sends what it sees of lanewise, imported by `name`, or why it can't. */
const module = (name: string, target: string) => `
  import * as lanewise from "${name}";
  import { lookTwice } from "${plain}/test/support/probe.ts";
  ${target}.postMessage({ looks: await lookTwice(lanewise) });`;

/** The message of a page that imports lanewise by `name`; a message of an uncaught error comes first. */
async function visit(name: string, head = ""): Promise<Message> {
  const page = document.createElement("iframe");
  page.srcdoc = `<!doctype html>${head}
    <script>
      const fail = (error) => parent.postMessage({ error: String(error) });
      addEventListener("error", ({ message, target }) => fail(message ?? target.outerHTML), true);
      addEventListener("unhandledrejection", ({ reason }) => fail(reason));
    </script>
    <script type="module">${module(name, "parent")}</script>`;
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

const right = {
  first: { values: rightValues, backend: best },
  ready: best,
  then: { values: rightValues, backend: best },
};

it("works on a page without a bundler, with an import map", async () => {
  const head = `<script type="importmap">${JSON.stringify(importMap)}</script>`;
  expect(await visit("lanewise", head)).toMatchObject({ looks: right });
});

it("works on a page without an import map, as a bundle", async () => {
  expect(await visit(`${plain}/dist/bundle.js`)).toMatchObject({ looks: right });
});

it("works in a worker", async () => {
  const script = new Blob([module(`${plain}/dist/bundle.js`, "self")], { type: "text/javascript" });
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
  expect(looks).toMatchObject({ first: js, ready: "js", then: js });
  for (const { reasons } of [looks!.first, looks!.then]) expect(reasons.simd).toMatch(reason);
});
