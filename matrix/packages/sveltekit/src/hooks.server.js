import { useBackend } from "lanewise";

useBackend("reproducible");
