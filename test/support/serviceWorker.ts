/** A service worker that calls lanewise, and answers whoever asks. Browsers load this file without Vite. */

// @ts-expect-error: the address under which the tests' server has it
import * as lanewise from "/plain/dist/bundle.js";
// @ts-expect-error: the same
import { lookTwice } from "/plain/test/support/probe.ts";

const looks: Promise<unknown> = lookTwice(lanewise);

addEventListener("message", (event) => {
  const [port] = (event as MessageEvent).ports;
  looks.then(
    (looks) => port.postMessage({ looks }),
    (error: unknown) => port.postMessage({ error: String(error) }),
  );
});
