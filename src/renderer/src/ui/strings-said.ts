/** Texts around what the window says in passing. */
export const SAID = {
  label: 'Messages',
  more: (count: number) => `and ${count} more`,
  fewer: 'Show fewer',
  times: (times: number) => `(${times} times)`,
  hide: 'Hide this message',
} as const
