import { connection } from "next/server";
import { probe } from "../probe.js";
import { Numbers } from "./numbers.jsx";

export default async function Page() {
  await connection(); // rendered anew for each request
  return (
    <>
      <pre id="server">{JSON.stringify(probe())}</pre>
      <Numbers />
    </>
  );
}
