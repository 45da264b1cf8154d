/** What the window remembers on this machine. Everything here is a convenience: failures to read or write are no errors. */
const PREFIX = 'peerscope.'

/** The remembered value, or null when there is none or it does not pass `check`. */
export function recall<T>(key: string, check: (value: unknown) => value is T): T | null {
  try {
    const text = globalThis.localStorage.getItem(PREFIX + key)
    if (text === null) return null
    const value: unknown = JSON.parse(text)
    return check(value) ? value : null
  } catch {
    return null
  }
}

/** Remembers a JSON value; null forgets it. */
export function remember(key: string, value: unknown): void {
  try {
    if (value === null) globalThis.localStorage.removeItem(PREFIX + key)
    else globalThis.localStorage.setItem(PREFIX + key, JSON.stringify(value))
  } catch {
    // The storage is full or turned off: the window then starts with its defaults.
  }
}

/** For `recall`. */
export function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value)
}

/** For `recall`. */
export function isBoolean(value: unknown): value is boolean {
  return typeof value === 'boolean'
}

/** For `recall`. */
export function isStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string')
}
