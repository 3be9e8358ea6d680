/** What may stand in the bubble: one path on a 24 by 24 grid, drawn with a line. */
export const WIDGET_ICONS = {
  bubble: "M12 4c4.9 0 8.5 3.2 8.5 7.3s-3.6 7.3-8.5 7.3c-1.1 0-2.1-.2-3.1-.5L4.5 20l1.2-3.9a6.7 6.7 0 0 1-2.2-4.8C3.5 7.200 7.100 4 12 4Z",
  lines: "M5 4h14a2 2 0 0 1 2 2v9a2 2 0 0 1-2 2h-7l-5 4v-4H5a2 2 0 0 1-2-2V6a2 2 0 0 1 2-2Zm3 5h8m-8 4h5",
  question: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM9.500 9.300a2.600 2.600 0 1 1 3.700 2.500c-.8.4-1.200.9-1.200 1.700m0 3v.1",
  headset: "M4 14v-2a8 8 0 0 1 16 0v2m-16 0h3v5H5a1 1 0 0 1-1-1v-4Zm16 0h-3v5h2a1 1 0 0 0 1-1v-4Zm-1 5c0 1.500-2 2-5 2",
  heart: "M12 20s-8-4.800-8-10.500A4.500 4.500 0 0 1 12 7a4.500 4.500 0 0 1 8 2.500C20 15.200 12 20 12 20Z",
} as const;
export type WidgetIcon = keyof typeof WIDGET_ICONS;
