/** The arguments of a scenario cannot be used; the message says which, and how it is used. */
export class InvalidArguments extends Error {}

/** @throws InvalidArguments for text that is no whole number of that range */
export function wholeNumber(text: string, [min, max]: readonly [number, number]): number {
  const value = Number(text)
  if (!/^\d+$/.test(text) || value < min || value > max)
    throw new InvalidArguments(
      `Invalid number ${text}: expected ${min.toLocaleString('en')} to ${max.toLocaleString('en')}`,
    )
  return value
}
