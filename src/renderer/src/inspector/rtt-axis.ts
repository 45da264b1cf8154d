/** A round number at or above the value, for the top of an axis of milliseconds: written to a tenth, half of it is as round. */
export function axisTop(value: number): number {
  if (value <= 0) return 1
  if (value <= 0.2) return 0.2
  const unit = 10 ** Math.floor(Math.log10(value))
  const step = [1, 2, 4, 6, 8, 10].find((one) => one * unit >= value) ?? 10
  return step * unit
}
