const COUNT = new Intl.NumberFormat('en')

/** A whole number with thousands separators: `10,000`. */
export function formatCount(value: number): string {
  return COUNT.format(value)
}
