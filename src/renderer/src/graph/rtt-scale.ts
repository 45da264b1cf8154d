/** Round-trip times at both ends of the scale, milliseconds; what is beyond has the colour of the end. */
export const RTT_ENDS = { least: 5, most: 500 } as const
/** Times that are written at the scale, milliseconds. */
export const RTT_TICKS = [10, 30, 100, 300] as const
/** Colours that are told apart: a time that wavers a little changes nothing. */
const STEPS = 48

type Stops = readonly [number, number, ...number[]]

/**
 * From quick to slow, even in lightness steps and told apart with any colour vision: lightness falls towards slow on a light
 * ground and on a dark one, so that slow peers are those that stand out least by glare and most by hue.
 */
const STOPS: Readonly<Record<'dark' | 'light', Stops>> = {
  dark: [0xf7e98a, 0x9fd06a, 0x38b09a, 0x4a86cf, 0x9a6ad8, 0xd94f8a],
  light: [0xd9b400, 0x6aa62c, 0x0f8a80, 0x2f63b0, 0x5e2f9c, 0x8a0f5a],
}

/** Where a round-trip time lies on the scale, 0 for quick to 1 for slow: even in how many times as long it is. */
export function rttShare(ms: number): number {
  const { least, most } = RTT_ENDS
  const clamped = Math.min(Math.max(ms, least), most)
  return Math.log(clamped / least) / Math.log(most / least)
}

/** The colour of a round-trip time, 0xRRGGBB. */
export function rttColour(ms: number, scheme: 'dark' | 'light'): number {
  return shareColour(Math.round(rttShare(ms) * STEPS) / STEPS, scheme)
}

/** The colours of the scale from quick to slow, as CSS for a gradient. */
export function rttGradient(scheme: 'dark' | 'light'): string {
  return `linear-gradient(to right, ${STOPS[scheme].map((stop) => `#${stop.toString(16).padStart(6, '0')}`).join(', ')})`
}

function shareColour(share: number, scheme: 'dark' | 'light'): number {
  const stops = STOPS[scheme]
  const at = share * (stops.length - 1)
  const index = Math.min(Math.floor(at), stops.length - 2)
  return mix(stops[index] ?? 0, stops[index + 1] ?? 0, at - index)
}

/** Mixes two 0xRRGGBB colours; `share` of `b`, 0 to 1. */
export function mix(a: number, b: number, share: number): number {
  let mixed = 0
  for (const shift of [16, 8, 0]) {
    const from = (a >> shift) & 0xff
    mixed |= Math.round(from + (((b >> shift) & 0xff) - from) * share) << shift
  }
  return mixed
}
