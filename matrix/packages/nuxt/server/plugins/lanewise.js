import { useBackend } from "lanewise";

export default defineNitroPlugin(() => void useBackend("reproducible"));
