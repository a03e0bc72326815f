import { createRequire } from "node:module";
import { getDefaultConfig } from "metro-config";

// As React Native sets it, whose own packages are not needed here.
const defaults = await getDefaultConfig(process.cwd());

export default {
  ...defaults,
  projectRoot: process.cwd(),
  watchFolders: [process.cwd()],
  maxWorkers: 1,
  reporter: { update() {} },
  cacheStores: [],
  resolver: {
    ...defaults.resolver,
    blockList: /\/out\//,
    useWatchman: false,
    resolverMainFields: ["react-native", "browser", "main"],
    unstable_enablePackageExports: process.env.EXPORTS === "true",
    unstable_conditionNames: ["react-native"],
  },
  transformer: {
    ...defaults.transformer,
    babelTransformerPath: createRequire(import.meta.url).resolve("@react-native/metro-babel-transformer"),
  },
};
