import { roughDuration } from '../../../shared/own-troubles.ts'
import { formatLocal, formatLocalDay } from '../../../shared/time.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

export { roughDuration }
export { formatCount } from '../../../shared/format-count.ts'
export { formatRtt } from '../../../shared/rtt.ts'

/** How long ago a moment is, coarse enough to be calm: `just now`, `12 s ago`, `2 h ago`. */
export function formatAgo(at: number, now: number): string {
  const ms = now - at
  if (ms < 2 * SECOND) return 'just now'
  if (ms < MINUTE) return `${Math.floor(ms / SECOND)} s ago`
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)} min ago`
  if (ms < DAY) return `${Math.floor(ms / HOUR)} h ago`
  return `${Math.floor(ms / DAY)} d ago`
}

/** The local date and time to the millisecond, with its offset: `2026-11-23 03:00:02.123+01:00`. */
export const formatExact = formatLocal

/** The local time of day to the millisecond: `03:00:02.123`. */
export function formatClock(at: number): string {
  return `${formatClockSeconds(at)}.${String(new Date(at).getMilliseconds()).padStart(3, '0')}`
}

/** The local time of day to the minute: `03:00`. */
export function formatClockShort(at: number): string {
  const date = new Date(at)
  return `${pad(date.getHours())}:${pad(date.getMinutes())}`
}

/** The local time of day to the second: `03:00:02`. */
export function formatClockSeconds(at: number): string {
  return `${formatClockShort(at)}:${pad(new Date(at).getSeconds())}`
}

/** The local time of day to the second, after the date where that is not today's: `2026-11-22 03:00:02`. */
export function formatDayAndClock(at: number, now: number): string {
  const [day, clock] = [formatLocalDay(at), formatClockSeconds(at)]
  return day === formatLocalDay(now) ? clock : `${day} ${clock}`
}

/** Since when something goes on, to the minute, after the date where that is a day ago or more: `03:00`, `2026-11-22 03:00`. */
export function formatSince(at: number, now: number): string {
  return now - at < DAY ? formatClockShort(at) : `${formatLocalDay(at)} ${formatClockShort(at)}`
}

/** A moment as precise as steps of `step` milliseconds need: `03:00:10`, `03:00`, `23 Nov`. */
export function formatMoment(at: number, step: number): string {
  const date = new Date(at)
  if (step >= DAY) return `${date.getDate()} ${date.toLocaleString('en', { month: 'short' })}`
  return step >= MINUTE ? formatClockShort(at) : formatClockSeconds(at)
}

/** A size with its unit, 1 KiB = 1024: `300 B`, `4.0 KiB`, `1.2 MiB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`
  if (bytes < 1024 * 1024) return `${(bytes / 1024).toFixed(1)} KiB`
  return `${(bytes / 1024 / 1024).toFixed(1)} MiB`
}

/** A signed offset of a clock: `+1.2 s`, `−300 ms`. */
export function formatDrift(ms: number): string {
  const size = Math.abs(ms)
  const text = size < MINUTE && size >= SECOND ? `${(size / SECOND).toFixed(1)} s` : roughDuration(size)
  return ms < 0 ? `−${text}` : `+${text}`
}

function pad(value: number): string {
  return String(value).padStart(2, '0')
}
