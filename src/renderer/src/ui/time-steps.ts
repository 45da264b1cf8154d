/** Steps in which time is cut and labelled, milliseconds: as on a clock. For bars, axes and charts alike. */
export const TIME_STEPS: readonly number[] = [
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400,
].map((seconds) => seconds * 1000)
