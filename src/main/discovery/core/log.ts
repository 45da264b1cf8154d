import type { PeerId } from '../../../shared/ids.ts'

/** How much is logged; `none` costs nothing. */
export type Verbosity = 'none' | 'debug' | 'trace'

/** One line: what discovery did or refused to do, and why. */
export interface LogLine {
  /** `trace` for what happens all the time, such as entries that are no news. */
  readonly level: 'debug' | 'trace'
  readonly message: string
  /** The peer concerned, where there is one. */
  readonly peer: PeerId | null
  readonly fields: LogFields
}

/** What else a line says. */
export type LogFields = Readonly<Record<string, string | number | boolean | null>>

/** Takes the lines that `verbosity` asks for. */
export interface DiscoveryLog {
  readonly verbosity: Verbosity
  write(line: LogLine): void
}
