import { found } from "./found.js";

Object.assign(globalThis, { onconnect: ({ ports: [port] }: MessageEvent) => port.postMessage(found()) });
