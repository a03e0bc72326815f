const root = import.meta.dirname; // Next.js would take that of the lock file which lies above

export default { output: "standalone", outputFileTracingRoot: root, turbopack: { root } };
