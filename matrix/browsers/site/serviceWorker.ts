import { found } from "./found.js";

globalThis.onmessage = ({ source }) => source!.postMessage(found());
