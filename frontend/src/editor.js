// The query editor of YASGUI as one ES module: `import { Yasqe } from "./editor.js"`.
import Yasqe from "@zazuko/yasqe";
import "@zazuko/yasqe/build/yasqe.min.css";

export { Yasqe };
