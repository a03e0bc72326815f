import { useBackend } from "lanewise";

useBackend("reproducible");

export * from "lanewise";
