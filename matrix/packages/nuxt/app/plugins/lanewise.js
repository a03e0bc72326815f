import { useBackend } from "lanewise";

export default defineNuxtPlugin({ name: "lanewise", enforce: "pre", setup: () => void useBackend("reproducible") });
