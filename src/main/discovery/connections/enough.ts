/** Rules AN9, WK12: neighbors that are enough where one mesh may not hold all. */
export const ENOUGH_NEIGHBORS = 3
