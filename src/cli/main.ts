import { Command } from "commander";
import { relu } from "lanewise";
import { plot } from "../plot/node.js";

new Command("lanewise").action(() => console.log(relu(1), plot().length)).parse();
