/** A round number at or above the value, for the top of an axis. */
export function axisTop(value: number): number {
  if (value <= 0) return 1
  const unit = 10 ** Math.floor(Math.log10(value))
  const step = [1, 2, 2.5, 4, 5, 6, 8, 10].find((one) => one * unit >= value) ?? 10
  return step * unit
}
