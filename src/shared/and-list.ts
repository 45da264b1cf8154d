/** "a", "a and b", "a, b and c"; nothing for none. */
export function andList(names: readonly string[]): string {
  return [names.slice(0, -1).join(', '), ...names.slice(-1)].filter((part) => part !== '').join(' and ')
}
