import { probe } from "../../../probe.js";

export const runtime = "edge";
export const dynamic = "force-dynamic";

export const GET = () => Response.json(probe());
