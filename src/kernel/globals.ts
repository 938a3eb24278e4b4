/**
 * Ambient declarations of what the evaluator puts into each cell's scope: the globals `display`, `input` and `comms`,
 * and module "tslab", whose names and signatures are those of tslab 1.0.22 so that its notebooks run here. The checker
 * adds this text to its program.
 */
export const kernelGlobals = `
declare namespace SulamKernel {
  /** Mime type to value: text for text types, base64 or bytes for binary ones, any JSON value for JSON types. */
  type MimeBundle = Record<string, unknown>;

  interface DisplayOptions {
    /** Names the output, so that a later call with the same id, or the handle's \`update\`, replaces it. */
    id?: string;
    /** Per mime type, as in the Jupyter protocol's \`display_data\`. */
    metadata?: Record<string, unknown>;
  }

  /** A shown output that can be replaced. */
  interface DisplayHandle {
    readonly id: string;
    /** Shows another value in the same place, as the same mime type. */
    update(value: unknown): void;
  }

  interface Display {
    javascript(source: string, options?: DisplayOptions): DisplayHandle;
    html(source: string, options?: DisplayOptions): DisplayHandle;
    markdown(source: string, options?: DisplayOptions): DisplayHandle;
    latex(source: string, options?: DisplayOptions): DisplayHandle;
    svg(source: string, options?: DisplayOptions): DisplayHandle;
    png(bytes: Uint8Array, options?: DisplayOptions): DisplayHandle;
    jpeg(bytes: Uint8Array, options?: DisplayOptions): DisplayHandle;
    gif(bytes: Uint8Array, options?: DisplayOptions): DisplayHandle;
    pdf(bytes: Uint8Array, options?: DisplayOptions): DisplayHandle;
    text(text: string, options?: DisplayOptions): DisplayHandle;
    /** Any JSON value. */
    json(value: unknown, options?: DisplayOptions): DisplayHandle;
    /** A value of any mime type; a plotly figure gets fallbacks for viewers without plotly. */
    raw(mimeType: string, value: unknown, options?: DisplayOptions): DisplayHandle;
  }

  interface GlobalDisplay extends Display {
    /** Shows a value as richly as the last expression of a cell is shown. */
    (value: unknown, options?: DisplayOptions): DisplayHandle;
    /** Removes the cell's output; with \`wait\`, only when the next output comes. */
    clear(wait?: boolean): void;
  }

  interface CommMessage {
    metadata?: Record<string, unknown>;
    buffers?: Uint8Array[];
  }

  /** One channel between the kernel and a frontend's widget. */
  interface Comm {
    readonly id: string;
    readonly targetName: string;
    send(data: unknown, extra?: CommMessage): void;
    close(data?: unknown): void;
    onMessage(listener: (data: any, extra: Required<CommMessage>) => void): void;
    onClose(listener: (data: any) => void): void;
  }

  interface Comms {
    /** Called for each comm that a frontend opens with this target name. */
    registerTarget(name: string, opened: (comm: Comm, data: any) => void): void;
    /** Opens a comm to a target that the frontend has registered. */
    open(targetName: string, data?: unknown, extra?: CommMessage): Comm;
  }
}

/** Shows rich output: \`display(value)\`, \`display.html("<b>hi</b>")\`, and so on. */
declare const display: SulamKernel.GlobalDisplay;

/**
 * Asks the reader for a line of text.
 *
 * @throws when the frontend does not take input, as in a headless run
 */
declare function input(prompt?: string, options?: { password?: boolean }): Promise<string>;

/** Comm channels to widgets in the frontend. */
declare const comms: SulamKernel.Comms;

declare module "tslab" {
  export type Display = SulamKernel.Display;
  /** Shows rich output. */
  export const display: SulamKernel.GlobalDisplay;
  /** A display of which each call replaces what the one before showed. */
  export function newDisplay(): Display;
  /** Version strings; \`tslab\` is the version whose names these are. */
  export const versions: { tslab: string; typescript: string; node: string };
}
`;
