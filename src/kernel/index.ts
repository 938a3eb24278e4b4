export type { CellError, MimeBundle } from "./evaluatorMessages.ts";
