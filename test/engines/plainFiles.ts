import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { transform } from "esbuild";
import type { Plugin } from "vite";

const root = fileURLToPath(new URL("../..", import.meta.url));

/**
 * Serves the project's scripts at /plain/ as they are, where Vite would rewrite their imports: what a page gets that is made
 * without Vite. Of TypeScript only the types are left out.
 */
export function plainFiles(): Plugin {
  return {
    name: "plain-files",
    configureServer({ config, middlewares }) {
      middlewares.use("/plain", async (request, response) => {
        const { pathname } = new URL(request.url ?? "", "http://localhost");
        try {
          const text = await readFile(root + pathname, "utf8");
          const code = pathname.endsWith(".ts") ? (await transform(text, { loader: "ts" })).code : text;
          // Also for pages of no origin.
          const headers = { ...config.server.headers, "Access-Control-Allow-Origin": "*" };
          response.writeHead(200, { ...headers, "Content-Type": "text/javascript" }).end(code);
        } catch (error) {
          response.writeHead(404).end(String(error));
        }
      });
    },
  };
}
