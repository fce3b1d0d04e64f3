// The Node.js driver; ../CONTRACT.md says what a driver is, README.md how this one is built. Run it by start.sh.
import { main } from "./fobdriver/main.js";

await main();
