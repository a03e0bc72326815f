import { probe } from "../probe.js";

export const load = () => ({ probed: probe() });
