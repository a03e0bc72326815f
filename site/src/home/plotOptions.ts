/** How the home page draws a function: at build time the first one, in the page those that are chosen. */

const common = { derivative: true, domain: [-4, 4] } as const;

export const widePlot = { ...common, width: 560, height: 340 } as const;
/** For windows that are too narrow for the texts of the other to be read. */
export const narrowPlot = { ...common, width: 320, height: 280 } as const;
