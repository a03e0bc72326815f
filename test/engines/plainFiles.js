// @ts-check
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

/** @import { Plugin } from "vite" */

const root = fileURLToPath(new URL("../..", import.meta.url));

/**
 * Serves the project's scripts at /plain/ as they are, where Vite would rewrite their imports: what a page gets that is
 * made without Vite.
 *
 * @returns {Plugin}
 */
export const plainFiles = () => ({
  name: "plain-files",
  configureServer({ config, middlewares }) {
    middlewares.use("/plain", async (request, response) => {
      const { pathname } = new URL(request.url ?? "", "http://localhost");
      try {
        const text = await readFile(root + pathname);
        response.writeHead(200, { ...config.server.headers, "Content-Type": "text/javascript" }).end(text);
      } catch (error) {
        response.writeHead(404).end(String(error));
      }
    });
  },
});
